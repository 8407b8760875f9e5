#!/usr/bin/env python3
"""Stands in for curl in tests of apply.sh: what bedrock-mantle keeps of data retention.

AWS_STAND_IN names the same state as for aws_stand_in.py. Anything but the two requests of the
script, signed with the stand-in's credentials, is an error.
"""

import json
import os
import pathlib
import re
import sys

STATE = pathlib.Path(os.environ["AWS_STAND_IN"])
CONFIG = 'user = "AKIDEXAMPLE:s=cret"\nheader = "x-amz-security-token: to=ken"\n'


def main():
    assert sys.stdin.read() == CONFIG
    assert "s=cret" not in " ".join(sys.argv), "arguments are seen by others"
    options = sys.argv[1:]
    assert options[:5] == ["--config", "-", "--fail", "--silent", "--show-error"], options
    url = options[-1]
    region = re.fullmatch(r"https://bedrock-mantle\.([a-z0-9-]+)\.api\.aws/v1/data_retention",
                          url).group(1)
    assert options[5:7] == ["--aws-sigv4", f"aws:amz:{region}:bedrock-mantle"], options
    state = json.loads(STATE.read_text())
    modes = state.setdefault("mantle", {})
    if len(options) > 8:
        assert options[7:9] == ["--request", "PUT"], options
        data = options[options.index("--data") + 1]
        modes[region] = json.loads(pathlib.Path(data.removeprefix("@")).read_text())["mode"]
        state.setdefault("calls", []).append(["mantle", "put-account-data-retention",
                                              {"region": region}])
        STATE.write_text(json.dumps(state, indent=1))
    print(json.dumps({"updatedAt": "2026-11-30T00:00:00Z", "mode": modes.get(region, "inherit")}))


if __name__ == "__main__":
    main()
