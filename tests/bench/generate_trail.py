#!/usr/bin/env python3
"""Writes a synthetic trail as CloudTrail lays it into a bucket, for measuring the reader of logs.

One record in five is a call to Amazon Bedrock; the others are of services that a program about
models does not ask about. The same arguments give the same bytes.

Usage: generate_trail.py FOLDER [--files N] [--records N] [--plain]
"""

import argparse
import gzip
import json
import pathlib
import random

ACCOUNTS = [f"{222222222222 + i}" for i in range(20)]
ROLES = ["app/fraud", "app/claims", "ops", "data/notebooks"]
REGIONS = ["us-east-1", "us-west-2", "eu-west-1"]
MODELS = ["us.amazon.nova-pro-v1:0", "amazon.nova-lite-v1:0", "anthropic.claude-3-haiku-20240307-v1:0"]
CALLS = ["Converse", "ConverseStream", "InvokeModel", "InvokeModelWithResponseStream"]
OTHERS = [("s3.amazonaws.com", "GetObject"), ("sts.amazonaws.com", "AssumeRole"), ("ec2.amazonaws.com", "DescribeInstances"),
          ("kms.amazonaws.com", "Decrypt"), ("logs.amazonaws.com", "CreateLogStream")]


def record(chance, account, region, minute):
    role = chance.choice(ROLES)
    name = role.rsplit("/", 1)[-1]
    session = f"i-{chance.getrandbits(64):016x}"
    is_call = chance.random() < 0.2
    source, event = ("bedrock.amazonaws.com", chance.choice(CALLS)) if is_call else chance.choice(OTHERS)
    parameters = {"modelId": chance.choice(MODELS)} if is_call else {
        "bucketName": f"example-{chance.getrandbits(32):08x}", "key": f"a/b/{chance.getrandbits(64):016x}.parquet", "Host": f"s3.{region}.amazonaws.com"}
    made = {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole", "principalId": f"AROAEXAMPLE{name.upper()}:{session}",
            "arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}", "accountId": account, "accessKeyId": f"ASIA{chance.getrandbits(64):016X}",
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "principalId": f"AROAEXAMPLE{name.upper()}", "arn": f"arn:aws:iam::{account}:role/{role}",
                                  "accountId": account, "userName": name},
                "attributes": {"creationDate": "2026-11-01T08:00:00Z", "mfaAuthenticated": "false"}}},
        "eventTime": f"2026-11-{1 + minute // 1440:02}T{minute // 60 % 24:02}:{minute % 60:02}:{chance.randrange(60):02}Z",
        "eventSource": source, "eventName": event, "awsRegion": region, "sourceIPAddress": f"203.0.113.{chance.randrange(256)}",
        "userAgent": "Boto3/1.35.40 md/Botocore#1.35.40 ua/2.0 os/linux#6.1.109 md/arch#x86_64 lang/python#3.12.6 md/pyimpl#CPython cfg/retry-mode#legacy",
        "requestParameters": parameters, "responseElements": None, "additionalEventData": {"SignatureVersion": "SigV4", "CipherSuite": "TLS_AES_128_GCM_SHA256"},
        "requestID": f"{chance.getrandbits(128):032x}", "eventID": f"{chance.getrandbits(128):032x}", "readOnly": True, "eventType": "AwsApiCall",
        "managementEvent": True, "recipientAccountId": account, "eventCategory": "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256", "clientProvidedHostHeader": f"{source.split('.')[0]}.{region}.amazonaws.com"}}
    if is_call and chance.random() < 0.02:
        made["errorCode"] = "AccessDeniedException"
        made["errorMessage"] = f"User: {made['userIdentity']['arn']} is not authorized to perform: bedrock:InvokeModel"
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--records", type=int, default=2000, help="in each file")
    parser.add_argument("--plain", action="store_true", help="not packed")
    options = parser.parse_args()
    for number in range(options.files):
        chance = random.Random(number)
        account, region = ACCOUNTS[number % len(ACCOUNTS)], REGIONS[number % len(REGIONS)]
        minute = number * 5 % (28 * 1440)
        day = 1 + minute // 1440
        folder = options.folder / "AWSLogs" / account / "CloudTrail" / region / "2026" / "11" / f"{day:02}"
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"Records": [record(chance, account, region, minute) for _ in range(options.records)]}, separators=(",", ":")).encode()
        name = f"{account}_CloudTrail_{region}_202611{day:02}T{minute // 60 % 24:02}{minute % 60:02}Z_{number:016d}.json"
        if options.plain:
            (folder / name).write_bytes(text)
        else:
            (folder / f"{name}.gz").write_bytes(gzip.compress(text, 6, mtime=0))


if __name__ == "__main__":
    main()
