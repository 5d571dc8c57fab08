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

_NO_CODES: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rule:
    """A class of exception, and the codes and words of the bodies that it stands for."""

    kind: type[exc.CometAPIError]
    codes: frozenset[str] = _NO_CODES
    """Codes, types and statuses, in letters and digits alone; all of them mean this and no more."""
    words: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    """Words of something else, with which `words` say nothing."""
    statuses: frozenset[int | None] | None = None
    """Statuses that `words` hold for (`None` inside a stream); all of them if not set."""


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_CLIENT_SIDE = frozenset({None, 200, 400, 413, 422, 429, 500})
_BUSY = frozenset({None, 200, 429, 500, 502, 503, 504, 529})

EXCEPTIONS: tuple[tuple[str, re.Pattern[str], type[exc.CometAPIError]], ...] = (
    # Model Studio has OpenAI's code and words for its limit of tokens a minute (error codes,
    # 429 insufficient_quota), with a link to its own pages.
    (
        "insufficientquota",
        _words(r"(aliyun|alibabacloud)\.com", r"allocated quota exceeded, please increase"),
        exc.CometAPIRateLimitError,
    ),
    # OpenRouter has OpenAI's code of a filter for a malformed request.
    (
        "invalidprompt",
        _words(r"invalid responses api request", r"messages? must"),
        exc.CometAPIInvalidRequestError,
    ),
)
"""Codes of one vendor that another vendor has with another meaning, which its words tell."""

_RATE_WORDS = (
    r"rate.?limit",
    r"too many requests",
    r"(requests|tokens) per (second|min|minute|hour|day)",
    r"quota exceeded for (metric|quota)",  # Google
    r"throttl",
    r"too many tokens, please wait",  # Amazon
    r"请求(过于频繁|过快|次数)|频率(超|限)|限流|并发(数|量)?(过高|超|达到)",
)

RULES = (
    Rule(
        exc.CometAPIInvalidRequestError,
        # More tokens asked for than a response may have: a shorter prompt would not help.
        words=_words(
            r"max\w{0,20}tokens\W[^.\n]{0,60}(is )?too large",  # OpenAI, vLLM
            r"max\w{0,20}tokens[^.\n]{0,60}(must be|should be|valid range|supported range|at most)",
            r"maximum allowed number of output tokens",  # Anthropic
            r"maximum tokens you requested exceeds",  # Amazon
            r"supports at most \d+ completion tokens",  # OpenAI
        ),
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
        _words(
            r"context[ _](length|window|limit)[ _]exceeded",
            r"context window exceeds limit",  # MiniMax
            r"contextwindowexceedederror",  # LiteLLM
            r"maximum (input|context|prompt|model) length",  # OpenAI, DeepSeek, vLLM, Grok
            r"exceeds? (the )?(available |configured |maximum |model'?s )*context",  # llama.cpp
            r"input tokens exceed the configured limit",  # OpenAI
            r"(prompt|input)( tokens?| token length| length)? (is )?too long",  # Anthropic, Bedrock
            r"prompt too long",  # Ollama
            r"(request|input|prompt) (has )?too many (input )?tokens|too many input tokens",
            r"number of tokens in the prompt cannot exceed",  # Cohere
            r"expected maxlength: \d+, actual",  # Bedrock
            r"input length and `max_tokens` exceed context limit",  # Anthropic
            r"exceeds the maximum number of tokens",  # Gemini
            r"(input|prompt) (token count|length)[^.\n]{0,60} exceeds the (limit|maximum)",
            r"maximum allowed input length",
            r"exceeded model token limit",  # Kimi
            r"range of input length should be",  # Qwen
            r"prompt exceeds max(imum)? (context )?length",  # GLM
            r"reduce (the length of the (messages|prompt|input)|your (prompt|input))",  # Groq
            r"(longer|greater) than the (model'?s )?context length",  # Together, LM Studio
            r"too large for model with \d+ maximum context",  # Mistral
            r"configured context size is",
            r"tokens in request more than max tokens allowed",
            r"requested tokens \(\d+\) exceed",  # llama-cpp-python
            r"exceed max message tokens",  # Doubao
            r"上下文(长度|窗口)?[^。\n]{0,10}(超|过长|限制|上限)|(超出|超过)[^。\n]{0,12}上下文",
            r"(输入|提示词?|prompt)[^。\n]{0,10}(过长|超长|超(过|出)[^。\n]{0,10}长度)",
            r"コンテキスト(長|ウィンドウ)[^。\n]{0,10}超",
        ),
        unless=_words(*_RATE_WORDS),
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
        _words(
            r"content management policy",  # Azure OpenAI
            r"contentpolicyviolationerror",  # LiteLLM
            r"content exists risk",  # DeepSeek
            r"inappropriate content",  # Qwen
            r"sensitive (words|content|information)",  # [new-api], GLM, Doubao
            r"new_sensitive",  # MiniMax
            r"content violates",  # Grok
            r"safety_check_type",  # Grok
            r"content filtering policy",  # Anthropic
            r"flagged as potentially violating",  # OpenAI
            r"violat\w{1,6} (\w{1,20}('s)? ){0,2}(usage|content|safety) (polic|guidelines)",
            r"(content|access)[^.\n]{0,30} for safety reasons",  # OpenAI
            r"our safety system",  # OpenAI
            r"considered high risk",  # Kimi
            r"(input|prompt|content|request) was flagged",  # OpenRouter
            r"(blocked|rejected) by [^.\n]{0,30}(safety|moderation|guardrail|content filter)",
            r"敏感(词|内容|信息)|不安全或敏感|内容违规|违规内容|内容安全|审核(未|不)通过",
        ),
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
        _words(
            r"quota is not enough",  # [facts] un-enveloped 403
            r"quota \[",  # [new-api] "user [...] quota [...] preConsumedQuota [...] is not enough"
            r"insufficient (user |account |token )?(quota|balance|credits?|funds)",
            r"insufficient_balance",
            r"balance (is )?(too low|insufficient|not enough|exhausted|depleted)",
            r"credits? (balance )?(is|are) (too low|depleted|exhausted|insufficient)",
            r"not enough (balance|credits|funds)",
            r"(out of|used all available|doesn't have any|requires more) credits",
            r"(spending|spend|billing hard|billing) (limit|cap)",
            r"good standing|overdue|in arrears",  # Qwen, Doubao, GLM
            r"free (tier|allocated quota|trial quota)[^.\n]{0,40}(exceeded|exhausted)",  # Qwen
            r"please (recharge|top up)",
            r"余额(不足|为零|已用)|(额度|配额|资源包)[^。\n]{0,6}(不足|用尽|用完|耗尽)|欠费|请充值",
            r"预扣费额度失败",  # [new-api]
            r"残高(が)?不足|잔액이? ?부족|недостаточно средств",
            r"(saldo|solde) (insuficiente|insuffisant)|guthaben (nicht|reicht)",
        ),
        statuses=frozenset({None, 200, 400, 401, 402, 403, 429, 500, 503}),
    ),
    Rule(
        exc.CometAPIModelNotFoundError,
        frozenset(
            {
                "modelnotfound",  # [facts] with status 503
                "modelnotfounderror",
                "modelnotopen",  # Doubao
                "invalidendpointormodelnotfound",  # Doubao
                "deploymentnotfound",  # Azure
                "1211",  # GLM
                "20012",  # SiliconFlow
            }
        ),
        _words(
            r"no available channel",  # [facts]
            r"无可用渠道|模型不存在|没有可用的?渠道",  # [new-api]
            r"\bmodel\b[\s:`'\"]{0,4}[\w./:@-]{0,80}[`'\"]{0,2},? (is |does )?not (exist|found)",
            r"no such model|unknown model\b(?! param)|is not a valid model",
        ),
        statuses=frozenset({None, 200, 400, 403, 404, 500, 503}),
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
        _words(
            r"currently busy|overloaded",  # [facts]; Anthropic, Kimi
            r"(too|really) busy",  # SiliconFlow
            r"(high demand|high traffic|at capacity|no capacity)",  # Gemini, GLM
            r"负载已饱和",  # [facts] "current group upstream load saturated"
            r"upstream load saturated",
            r"(服务|系统|模型)[^。\n]{0,6}(繁忙|过载)|负载较高",
        ),
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
        _words(*_RATE_WORDS),
        statuses=frozenset({None, 200, 403, 500, 502, 503}),
    ),
    Rule(
        exc.CometAPIAuthenticationError,
        frozenset(
            {
                "invalidapikey",
                "invalidauthenticationerror",  # Kimi
                "incorrectapikeyerror",  # Kimi
                "minimax1004",
                "minimax2049",
            }
        ),
        _words(
            r"invalid token",  # [facts]
            r"(incorrect|invalid) api key|api key (is )?(not valid|invalid|expired|missing)",
            r"(令牌|密钥|token|api ?key)[^。\n]{0,8}(过期|无效|不正确|错误)|无效的(令牌|密钥)",
        ),
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
NOT_SPENT = _words(*_RATE_WORDS, r"ai\.google\.dev|googleapis\.com")
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
                "convertrequestfailed",  # [facts]
                "readrequestbodyfailed",  # [new-api]
                "unsupportedparameter",
                "unsupportedvalue",
                "unknownparameter",
                "missingparameter",  # Doubao
                "invalidparameter",  # Qwen, Doubao
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
