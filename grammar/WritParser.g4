// The sentences of Writ (docs/language.md, "Grammar").
//
// `program` is the whole language. The front end never calls it: it calls `importDecl`, the ...Head
// and ...Part rules and the sentences one after the other (src/language/parse/parse.cpp), so that only one
// item's tree exists at a time and an error costs one item. No rule matches nothing, and conditions
// have one rule per strength instead of left recursion: chains come out as flat lists.
parser grammar WritParser;
options { tokenVocab = WritLexer; }

program : importDecl* item* EOF ;
importDecl : KwImport (name | String) ;
item : organization | team | letDecl | endpoint | guardrail | useCase | attestation | policyDecl
     | applyPolicy | given | statement | screening | logging | evaluation | requirement | watch
     | optOut | retention | gateway | assertion | testDecl ;

// ---- declarations

organization : organizationHead organizationPart* SymRBrace ;
organizationHead : KwOrganization name String? SymLBrace ;
organizationPart : partition | attributeDecl | management | unit | account ;
partition : KwPartition name ;
attributeDecl : KwAttribute name (KwIn list)? ;
management : KwManagement name? Number ;
unit : unitHead unitPart* SymRBrace ;
unitHead : KwOu name String? SymLBrace ;
unitPart : unit | account ;
account : KwAccount name Number attributes? ;
attributes : SymLBrace attribute* SymRBrace ;
attribute : name SymEqual literal ;

team : teamHead teamPart* SymRBrace ;
teamHead : KwTeam name SymLBrace ;
teamPart : KwIn setExpr | KwAs principals | KwContact String | attribute ;
principals : principal (SymComma principal)* ;
principal : KwTeam name (SymComma name)*
          | (KwRole | KwUser | KwService) String
          | KwPermissionSet (name | String)
          | KwTag tagKey SymEqual String
          | KwClaim tagKey SymEqual String ;

letDecl : KwLet name SymEqual setExpr ;

endpoint : endpointHead endpointPart* SymRBrace ;
endpointHead : KwEndpoint name SymLBrace ;
endpointPart : (KwVpce | KwVpc | KwCidr) String | KwIn setExpr ;

useCase : useCaseHead useCasePart* SymRBrace ;
useCaseHead : KwUseCase name String? SymLBrace ;
useCasePart : name (KwBy String KwOn Date | KwBy Date | literal (SymComma literal)*) ;

attestation : attestationHead attestationPart* SymRBrace ;
attestationHead : KwAttestation name String? SymLBrace ;
attestationPart : name literal ;

evaluation : evaluationHead evaluationPart* SymRBrace ;
evaluationHead : KwEvaluation name String? SymLBrace ;
evaluationPart : KwMetric String bound bound* | KwBy String KwOn Date
               | Name literal (SymComma literal)* ;
bound : KwAt (KwMost | KwLeast) SymMinus? Number ;

gateway : gatewayHead gatewayPart* SymRBrace ;
gatewayHead : KwGateway name String SymLBrace ;
gatewayPart : KwIam | KwOauth | KwTools (name | String) KwFrom String | KwAs KwRole String ;

// ---- guardrails

guardrail : guardrailHead guardrailPart* SymRBrace ;
guardrailHead : KwGuardrail name (KwExtends name)? SymLBrace ;
guardrailPart : KwDescription String
              | KwTier name
              | KwRouted KwWithin name
              | KwFilter name (SymComma name)* level (SymComma level)*
              | topic
              | (KwBlock | KwMask | KwDetect) finding (KwOn name)?
              | (KwGrounding | KwRelevance) Number
              | KwReasoning String (SymComma String)* (KwConfidence Number)?
              | KwSay String KwOn name
              | KwKey String
              | KwTag tagKey SymEqual String ;
level : name (KwOn name)? ;
topic : KwDeny KwTopic name String topicExamples? ;
topicExamples : SymLBrace (KwExample String)* SymRBrace ;
finding : KwWords String (SymComma String)* | KwPattern name String | name (SymComma name)* ;

// ---- sentences

statement : subject modality action qualifier* ;
screening : KwGuardrail name KwScreens setExpr qualifier* ;
logging : KwLog KwInvocations KwTo sink (SymComma sink)* qualifier* ;
requirement : KwRequire need (SymComma need)* KwTo verbAction qualifier* ;
need : KwUseCase | KwEvaluation | KwGuardrail | KwUntil | KwBecause | KwControl String
     | KwAttestation name ;
sink : KwBucket String | KwLogGroup String KwAs String ;
watch : KwWatch watched KwTo String (KwAs String)? qualifier* ;
watched : KwChanges KwTo setExpr | KwRefusals | KwUse KwOf setExpr ;
optOut : KwOptOut KwOf KwServiceImprovement optOutExcept? KwLocked? qualifier* ;
optOutExcept : KwExcept optOutService (SymComma optOutService)* ;
optOutService : name | String ;
retention : KwRetain KwPrompts KwAt KwMost name qualifier* ;
subject : (KwEveryone | KwNobody) outsiders
        | (KwEveryone | KwNobody | KwOnly? principals) subjectScope? subjectExcept? ;
outsiders : KwOutside name (KwExcept KwAccount Number (SymComma Number)*)? ;
subjectScope : KwIn setExpr ;
subjectExcept : KwExcept principals ;
modality : KwMay KwNot? | KwMust duty (KwAnd duty)* KwTo ;
duty : KwUse (KwGuardrail | KwEndpoint | KwProfile) setExpr | KwSatisfy cond ;
action : doAction | verbAction ;
doAction : KwDo (actionName (SymComma actionName)* | KwAnything actionExcept?) actionOn? ;
actionExcept : KwExcept actionName (SymComma actionName)* ;
actionOn : KwOn String (SymComma String)* ;
verbAction : name setExpr ;
// `tag`, which is reserved, is also the service that finds resources by their tags.
actionName : (name | KwTag) SymColon (name | String) ;
qualifier : KwIn setExpr
          | KwRouted route (SymComma route)*
          | KwThrough name (SymComma name)*
          | KwWith KwGuardrail setExpr
          | KwVia (KwEndpoint | KwProfile) setExpr
          | (KwWhen | KwUnless) cond
          | (KwFrom | KwUntil) Date
          | KwUnder name
          | KwAfter KwEvaluation name (SymComma name)*
          | KwControl String (SymComma String)*
          | KwWaive name KwUntil Date KwBy String
          | KwBecause String ;
// `in` is AWS's scope of India.
route : KwDirectly | KwWithin (name | KwIn) | KwGlobally ;

// ---- sets and conditions

setExpr : setTerm (SymComma setTerm)* setExcept? ;
setExcept : KwExcept setTerm (SymComma setTerm)* ;
// `endpoint "fraud-scoring"`: a resource by its kind, as a library calls it, and its name.
setTerm : quantifier? name setFrom? setWhere? | name String | String | setGroup ;
quantifier : KwAny | KwLatest ;
setFrom : KwFrom name ;
setWhere : KwWhere cond ;
setGroup : SymLParen setExpr SymRParen ;
cond : conjunction (KwOr conjunction)* ;
conjunction : condTerm (KwAnd condTerm)* ;
condTerm : negation | condGroup | comparison ;
negation : KwNot condTerm ;
condGroup : SymLParen cond SymRParen ;
comparison : key (compare value | KwIn list)? ;
compare : SymEqual | SymNotEqual | SymLess | SymLessEqual | SymGreater | SymGreaterEqual | KwLike
        | KwIncludes ;
list : SymLBracket literal (SymComma literal)* SymRBracket ;
key : name (SymColon (name | String) (SymSlash tagKey)?)? ;
tagKey : String | word (SymColon word)* ;
value : literal | otherKey | list ;
otherKey : name SymColon (name | String) (SymSlash tagKey)? ;
literal : String | Number | Date | name ;

// ---- reuse, proofs, tests

policyDecl : policyHead item* SymRBrace ;
policyHead : KwPolicy name SymLParen (param (SymComma param)*)? SymRParen SymLBrace ;
param : name SymColon name ;
applyPolicy : KwApply name SymLParen (arg (SymComma arg)*)? SymRParen ;
arg : name SymEqual setExpr ;
given : givenHead item* SymRBrace ;
givenHead : KwGiven qualifier+ SymLBrace ;
assertion : KwAssert subject (KwCan | KwCannot) action qualifier* ;
testDecl : testHead testPart* SymRBrace ;
testHead : KwTest String SymLBrace ;
testPart : (KwAllow | KwDeny) subject action qualifier* ;

// ---- names

// Soft keywords: they mean something only inside an item, so they stay usable as names.
name : Name
     | KwAccount | KwAfter | KwAnything | KwAnywhere | KwApply | KwAt | KwAttribute | KwBlock |
     KwBucket | KwBy | KwChanges | KwCidr | KwClaim | KwConfidence | KwContact | KwControl |
     KwDescription | KwDetect | KwDirectly | KwEndpoint | KwEvaluation | KwExample | KwExtends |
     KwFilter | KwGateway | KwGeneration | KwGlobally | KwGrounding | KwGuardrail | KwIam |
     KwInvocations | KwKey | KwLatest | KwLeast | KwLocked | KwLogGroup | KwManagement | KwMask |
     KwMetric | KwMost | KwOauth | KwOf | KwOn | KwOptOut | KwOutside | KwPartition | KwPattern |
     KwProfile | KwPrompts | KwReasoning | KwRefusals | KwRelevance | KwRequire | KwRetain |
     KwSatisfy | KwSay | KwScreens | KwService | KwServiceImprovement | KwThrough | KwTier |
     KwTools | KwTopic | KwUse | KwVpc | KwVpce | KwWatch | KwWithin | KwWords
     ;
// Tag keys may also be reserved words.
word : name
     | KwAllow | KwAnd | KwAny | KwAs | KwAssert | KwAttestation | KwBecause | KwCan | KwCannot |
     KwDeny | KwDo | KwEveryone | KwExcept | KwFrom | KwGiven | KwImport | KwIn | KwIncludes | KwLet
     | KwLike | KwLog | KwMay | KwMust | KwNobody | KwNot | KwOnly | KwOr | KwOrganization | KwOu |
     KwPermissionSet | KwPolicy | KwRole | KwRouted | KwTag | KwTeam | KwTest | KwTo | KwUnder |
     KwUnless | KwUntil | KwUseCase | KwUser | KwVia | KwWaive | KwWhen | KwWhere | KwWith
     ;
