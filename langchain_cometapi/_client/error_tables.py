"""The codes and words of error bodies, by the class of exception that they make.

`error_rules` applies them, and `docs/errors.md` lists the bodies that were seen. Sources: [facts]
CometAPI's documented and observed errors; [new-api] the gateway software CometAPI is built on,
types/error.go; otherwise the vendor whose code or wording it is. Codes are in letters and digits
alone; those of MiniMax begin with `minimax`, and those of four digits are Zhipu's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from langchain_cometapi import exceptions as exc
from langchain_cometapi._client import error_words as words
from langchain_cometapi._client.error_words import Words

_NO_CODES: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rule:
    """A class of exception, and the codes and words by which its error bodies are known."""

    kind: type[exc.CometAPIError]
    codes: frozenset[str] = _NO_CODES
    """Codes, types and statuses, in letters and digits alone; all of them mean this and no more."""
    words: Words | None = None
    unless: Words | None = None
    """Words of something else, with which `words` say nothing."""
    statuses: frozenset[int | None] | None = None
    """Statuses that `words` hold for (`None` inside a stream); all of them if not set."""


_CLIENT_SIDE = frozenset({None, 200, 400, 413, 422, 429, 500})
_BUSY = frozenset({None, 200, 429, 500, 502, 503, 504, 529})

EXCEPTIONS: tuple[tuple[str, Words, type[exc.CometAPIError]], ...] = (
    # Model Studio has OpenAI's code and words for its limit of tokens a minute (error codes,
    # 429 insufficient_quota), with a link to its own pages.
    (
        "insufficientquota",
        Words(r"(aliyun|alibabacloud)\.com", r"allocated quota exceeded, please increase"),
        exc.CometAPIRateLimitError,
    ),
    # OpenRouter has OpenAI's code of a filter for a malformed request.
    (
        "invalidprompt",
        Words(r"invalid responses api request", r"messages? must"),
        exc.CometAPIInvalidRequestError,
    ),
)
"""Codes of one vendor that another vendor has with another meaning, which its words tell."""

RULES = (
    Rule(
        exc.CometAPIInvalidRequestError,
        frozenset({"previousresponsenotfound"}),  # OpenAI
        words.NOT_STORED,
        statuses=frozenset({None, 200, 400, 404}),
    ),
    Rule(
        exc.CometAPIInvalidRequestError,
        words=words.MALFORMED,
        statuses=frozenset({None, 200, 400, 422}),
    ),
    Rule(
        exc.CometAPIInvalidRequestError,
        # More tokens asked for than a response may have: a shorter prompt would not help.
        words=words.OUTPUT_LIMIT,
        statuses=frozenset({None, 200, 400, 413, 422, 500}),
    ),
    Rule(
        exc.CometAPIContextOverflowError,
        frozenset(
            {
                "contextlengthexceeded",  # OpenAI
                "contextwindowexceeded",
                "contextwindowexceedederror",  # LiteLLM
                "modelcontextwindowexceeded",
                "exceedcontextsizeerror",  # llama.cpp
                "outofcontexterror",  # Doubao
                "tokenstoolong",
                "1261",  # GLM
            }
        ),
        words.OVERFLOW,
        unless=Words(*words.RATE_WORDS),
        statuses=_CLIENT_SIDE,
    ),
    Rule(
        exc.CometAPIContentFilterError,
        frozenset(
            {
                "contentfilter",  # OpenAI, Azure, Kimi
                "contentpolicyviolation",  # OpenAI
                "contentpolicyviolationerror",  # LiteLLM
                "responsibleaipolicyviolation",  # Azure
                "invalidprompt",  # OpenAI
                "moderationblocked",  # OpenAI
                "sensitivewordsdetected",  # [new-api]
                "promptblocked",  # [new-api]
                "datainspectionfailed",  # Qwen
                "sensitivecontentdetected",  # Doubao, for text, images, input and output
                "inputtextsensitivecontentdetected",
                "inputimagesensitivecontentdetected",
                "inputvideosensitivecontentdetected",
                "inputaudiosensitivecontentdetected",
                "outputtextsensitivecontentdetected",
                "outputimagesensitivecontentdetected",
                "outputvideosensitivecontentdetected",
                "prohibitedcontent",  # Gemini
                "1301",  # GLM
                "421",  # MiMo
                "minimax1026",
                "minimax1027",
            }
        ),
        words.FILTERED,
    ),
    Rule(
        exc.CometAPIInsufficientBalanceError,
        frozenset(
            {
                "insufficientquota",  # OpenAI
                "insufficientuserquota",  # [new-api]
                "preconsumetokenquotafailed",  # [new-api]
                "insufficientbalance",
                "insufficientbalanceerror",  # MiniMax
                "insufficientcredits",
                "insufficientfunds",
                "insufficientg1creditsbalance",  # Google
                "exceededcurrentquotaerror",  # Kimi
                "billinghardlimitreached",  # OpenAI
                "billingnotactive",  # OpenAI
                "billingerror",  # Anthropic
                "paymentrequired",
                "arrearage",  # Qwen
                "allocationquotafreetieronly",  # Qwen
                "accountoverdue",  # Doubao
                "accountoverdueerror",  # Doubao
                "setlimitexceeded",  # Doubao
                "1113",  # GLM
                "1309",  # GLM: the plan has expired
                "30001",  # SiliconFlow
                "minimax1008",
                "minimax1028",
                "minimax1030",
            }
        ),
        words.NO_BALANCE,
        statuses=frozenset({None, 200, 400, 401, 402, 403, 429, 500, 503}),
    ),
    Rule(
        exc.CometAPIModelNotFoundError,
        frozenset(
            {
                "modelnotfound",  # [facts] with status 503
                "modelnotfounderror",
                "modeldecommissioned",  # Groq
                "modelgone",  # CAST AI
                "modelnotsupported",  # GitHub Copilot, OpenCode Zen
                "invalidmodel",  # Mistral
                "modeldeprecated",
                "modelnotopen",  # Doubao
                "invalidendpointormodelnotfound",  # Doubao
                "deploymentnotfound",  # Azure
                "1211",  # GLM
                "20012",  # SiliconFlow
            }
        ),
        words.NO_MODEL,
        statuses=frozenset({None, 200, 400, 403, 404, 410, 500, 503}),
    ),
    Rule(
        exc.CometAPIModelNotFoundError,
        # With the status of a server error, the model may come back.
        words=words.MODEL_REFUSED,
        statuses=frozenset({None, 200, 400, 404, 410, 422}),
    ),
    Rule(
        exc.CometAPIOverloadedError,
        frozenset(
            {
                "overloadederror",  # Anthropic
                "serveroverloaded",  # Doubao
                "engineoverloadederror",  # Kimi
                "modeloverloaded",
                "slowdown",  # OpenAI
                "1305",  # GLM
                "1312",  # GLM
            }
        ),
        words.BUSY,
        statuses=_BUSY,
    ),
    Rule(
        exc.CometAPIRateLimitError,
        frozenset(
            {
                "ratelimitexceeded",
                "ratelimitreachederror",  # Kimi
                "accountratelimitexceeded",  # Doubao
                "modelaccountrpmratelimitexceeded",  # Doubao
                "modelaccounttpmratelimitexceeded",  # Doubao
                "modelaccountipmratelimitexceeded",  # Doubao
                "tokenconcurrencylimitreached",  # [new-api]
                "toomanyrequests",
                "toomanyrequestsexception",
                "throttling",  # Qwen
                "throttlingexception",  # Amazon
                "limitrequests",  # Qwen
                "limitburstrate",  # Qwen
                "1302",  # GLM
                "1303",
                "1304",
                "1308",
                "1310",
                "minimax1002",
                "minimax1039",
                "minimax1041",
                "minimax2045",
                "minimax2056",
            }
        ),
        Words(*words.RATE_WORDS),
        statuses=frozenset({None, 200, 403, 500, 502, 503}),
    ),
    Rule(
        exc.CometAPIAuthenticationError,
        frozenset(
            {
                "invalidapikey",
                "invalidauthenticationerror",  # Kimi
                "incorrectapikeyerror",  # Kimi
                "apikeyinvalid",  # Google
                "unrecognizedclientexception",  # Amazon
                "expiredtokenexception",
                "minimax1004",
                "minimax2049",
            }
        ),
        words.BAD_KEY,
        statuses=frozenset({None, 200, 401, 403}),
    ),
    Rule(
        exc.CometAPIPermissionDeniedError,
        frozenset({"minimax2042", "minimax2061", "1112", "1121", "1220", "1311"}),
    ),
    Rule(exc.CometAPITimeoutError, frozenset({"minimax1001"})),
    Rule(exc.CometAPIInvalidRequestError, frozenset({"minimax1042"})),
    Rule(exc.CometAPIServerError, frozenset({"minimax1000", "minimax1024", "minimax1033"})),
)
"""The first one whose codes fit decides, else the first one whose words do."""

SPENT = re.compile(r"exceeded your current quota")
NOT_SPENT = Words(*words.RATE_WORDS, r"ai\.google\.dev|googleapis\.com")
"""OpenAI's words for an empty account, which Google has for a limit of requests a minute."""

GENERIC_CODES: tuple[tuple[type[exc.CometAPIError], frozenset[str], frozenset[int | None]], ...] = (
    (
        exc.CometAPIRateLimitError,
        frozenset({"ratelimiterror", "resourceexhausted"}),  # Anthropic; Google
        frozenset({None, 200, 400, 403, 429, 500, 502, 503}),
    ),
    (
        exc.CometAPIOverloadedError,
        frozenset({"unavailable"}),  # Google
        frozenset({None, 200, 503}),
    ),
    (
        exc.CometAPITimeoutError,
        frozenset({"deadlineexceeded", "requesttimeout", "gatewaytimeout", "timeout"}),
        frozenset({None, 200}),
    ),
    (
        exc.CometAPIAuthenticationError,
        frozenset({"authenticationerror", "unauthenticated"}),  # Anthropic; Google
        frozenset({None, 200, 401, 403}),
    ),
    (
        exc.CometAPIAuthenticationError,
        frozenset({"1000", "1001", "1002", "1003", "1004"}),  # GLM
        frozenset({None, 200, 401}),
    ),
    (
        exc.CometAPIPermissionDeniedError,
        frozenset({"permissiondenied", "permissionerror", "accessdenied"}),  # [facts]
        frozenset({None, 200, 400, 401, 403, 404, 500}),
    ),
    (
        exc.CometAPIModelNotFoundError,
        frozenset({"notfounderror", "notfound"}),
        frozenset({None, 200}),
    ),
    (
        exc.CometAPIInvalidRequestError,
        frozenset(
            {
                "invalidrequest",  # [facts] with status 500
                "invalidrequesterror",
                "requesttoolarge",  # Anthropic
                "convertrequestfailed",  # [facts]
                "readrequestbodyfailed",  # [new-api]
                "unsupportedparameter",
                "unsupportedvalue",
                "unknownparameter",
                "missingparameter",  # Doubao
                "invalidparameter",  # Qwen, Doubao
                "invalidvalue",  # OpenAI, these and the next
                "invalidtype",
                "invalidfunctionparameters",
                "missingrequiredparameter",
                "integerabovemaxvalue",
                "integerbelowminvalue",
                "stringabovemaxlength",
                "arrayabovemaxlength",
                "invalidparametererror",  # Qwen
                "invalidargument",  # Google
                "validationexception",  # Amazon
                "badrequesterror",
                "minimax2013",
                "1210",  # GLM
                "1213",
                "1214",
                "1215",
            }
        ),
        frozenset({None, 200, 400, 413, 422, 500}),
    ),
)
"""Codes that say little, with the statuses that they hold for."""
