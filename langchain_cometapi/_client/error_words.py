"""The words of error bodies, in lower case and in any language, by what they say."""

from __future__ import annotations

import re
from functools import cached_property


class Words:
    """A pattern for any of several, compiled for the first error: all take 5 ms of an import."""

    def __init__(self, *patterns: str) -> None:
        self._patterns = patterns

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile("|".join(self._patterns))

    def search(self, text: str) -> re.Match[str] | None:
        """Return where one of them is found first, or `None`."""
        return self._compiled.search(text)


RATE_WORDS = (
    r"rate.?limit",
    r"too many requests",
    r"\b(qps|request) (request )?limit reached",  # Baidu
    r"(requests|tokens) per (second|min|minute|hour|day)",
    r"quota exceeded for (metric|quota)",  # Google
    r"throttl",
    r"too many tokens, please wait",  # Amazon
    r"请求(过于频繁|过快|次数)|频率(超|限)|限流|并发(数|量)?(过高|超|达到)",
    r"リクエスト(数)?が(多すぎ|制限)|レート制限|요청이? ?(너무 많|한도)|너무 많은 요청",
    r"слишком много запросов|trop de requêtes|zu viele anfragen",
    r"(demasiadas|muitas) (solicitudes|requisições|solicitações)",
)

MALFORMED = Words(
    # Names that a user gave stand in these, such as `rate_limit_check`.
    r"invalid (schema for|(function|tool) name|json|value for|type for)",
    r"is not (one of \[|a valid value)|unsupported value: |(function|tool) name '",
    r"(unknown|unsupported|unrecognized) (parameter|argument|field)\b",
)

OUTPUT_LIMIT = Words(
    r"max\w{0,20}tokens\W[^.\n]{0,60}(is )?too large",  # OpenAI, vLLM
    r"(?<!\+ `)max\w{0,20}tokens[^.\n]{0,60}(must be|should be|(valid|supported) range|at most)",
    r"max\w{0,20}tokens[^.\n]{0,30}(exceeds? the (max|model limit|limit)|超出?|超过|above max)",
    r"maximum allowed number of output tokens",  # Anthropic
    r"maximum tokens you requested exceeds",  # Amazon
    r"supports at most \d+ completion tokens",  # OpenAI
)

OVERFLOW = Words(
    r"context[ _](length|window|limit|size)[ _](is |was |has been )?exceeded",
    r"context (overflow|too long)",
    r"(too long|too large) context\b|context is too (long|large)",
    r"context window exceeds limit",  # MiniMax
    r"contextwindowexceedederror",  # LiteLLM
    r"maximum (input|context|prompt|model) length",  # OpenAI, DeepSeek, vLLM, Grok
    r"exceeds? (the )?((available|configured|maximum|model('?s)?|allowed) )*context",  # llama.cpp
    r"\binputs` (must have less than|tokens \+ `max_new_tokens` must)",  # Hugging Face's TGI
    r"'(messages\[\d+\]\.content(\[\d+\]\.text)?|input)': string too long",  # OpenAI
    r"input tokens exceed the configured limit",  # OpenAI
    r"(prompt|input)( tokens?| token length| length)? (is )?too long",  # Anthropic, Bedrock
    r"prompt too long",  # Ollama
    r"(request|input|prompt) (has )?too many (input )?tokens|too many input tokens",
    r"number of tokens in the prompt cannot exceed",  # Cohere
    r"expected maxlength: \d+, actual",  # Bedrock
    r"input length and `max_tokens` exceed context limit",  # Anthropic
    r"exceeds the maximum number of tokens",  # Gemini
    r"(input|prompt) (token count|length)[^.\n]{0,60} exceeds (the limit|the maximum|model limit)",
    r"total length of input messages exceeds",
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
    r"(输入|提示词?|prompt)[^。\n]{0,4}(tokens?|长度)[^。\n]{0,6}(超过|超出)|压缩上下文",
    r"コンテキスト(長|ウィンドウ)[^。\n]{0,10}超|컨텍스트[^.\n]{0,16}초과",
    r"(превыш\w+|превос\w+)[^.\n]{0,40}контекст|контекст\w*[^.\n]{0,40}превы",
    r"(longueur|fenêtre)[^.\n]{0,12} contexte[^.\n]{0,40}(dépass|excéd)",
    r"(dépass|exced|excede|ultrapass)[^.\n]{0,40} conte(xto|xte)\b",
    r"kontext(länge|fenster)[^.\n]{0,40}(überschr|übersteig)|überschreitet[^.\n]{0,40}kontext",
)

FILTERED = Words(
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
    r"(blocked|rejected) because it (violates|contains)|prohibited_content",
    r"敏感(词|内容|信息)|不安全或敏感|内容(涉及|存在)?(违规|不合规)|违规内容|内容安全|审核(未|不)通过",
    r"不適切な(コンテンツ|内容|表現)|부적절한 (콘텐츠|내용)|контент[^.\n]{0,30}(запрещ|наруш)",
)

NO_BALANCE = Words(
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
    r"余额(不足|为零|已用|已?耗尽)|(额度|配额|资源包)[^。\n]{0,6}(不足|用尽|用完|耗尽)|欠费|请充值",
    r"预扣费额度失败",  # [new-api]
    r"残高(が)?不足|잔액이? ?부족|недостаточно средств",
    r"(saldo|solde|cr[ée]dit[os]{0,2}) insuf|guthaben ((ist )?(nicht|aufgebraucht)|reicht)",
    r"số dư không đủ|bakiye yetersiz|saldo tidak (cukup|mencukupi)",
)

NOT_STORED = Words(  # OpenAI, whose status for it may be 404
    r"item with id ['\"`][^'\"`\n]{1,200}['\"`] not found",
    r"previous response with id ['\"`][^'\"`\n]{1,200}['\"`] not found",
)

NO_MODEL = Words(
    r"no available channel",  # [facts]
    r"无可用渠道|模型不存在|没有可用的?渠道",  # [new-api]
    r"\bmodel\b[\s:`'\"]{0,4}[\w./:@-]{0,80}[`'\"]{0,2},? (is |does )?not (exist|found)",
    r"no such model|unknown model\b(?! param)|is not a valid model",
    r"invalid model( name| id)?(\s*[:=]| passed in model)",  # Mistral; LiteLLM
    r"\bmodel\b([\s:`'\"]{1,4}[\w./:@-]{1,80}[`'\"]{0,2})? (has been |was |is )"
    r"(deprecated|retired|decommissioned|discontinued|shut ?down"
    r"|no longer (available|supported|served|offered|accessible|provided|active))",
    # NVIDIA; Bedrock
    r"model[^\n]{0,120} has reached (its end of life|the end of its life)",
    r"provided model identifier is invalid|marked by provider as legacy",  # Bedrock
    r"not found the model\b",  # Kimi
    # Gemini; Vertex AI
    r"\bmodels/[\w.@-]{1,80} is not found for api|publisher model [^\n]{0,200} was not found",
    r"(模型|model)[^。\n]{0,40}已(经)?(下线|停用|弃用|废弃|退役|下架|停止(服务|支持))",
    r"モデル[^。\n]{0,10}(見つかりません|存在しません)|모델을 찾을 수 없",
    r"модель[^.\n]{0,40} не найден",
)

MODEL_REFUSED = Words(
    # Doubao's gateways; Model Studio and others
    r"unsupported model\s?[(:=`'\"]",
    r"\bmodel[ `'\"]{1,4}[\w./:@-]{1,80}[`'\"]{0,2} is not (supported|available)"
    r"(?! (with|in|for|on|when|while|via|through|at|under|from)\b)",
    r"(requested|selected) model is not supported(?! (with|in|for|on|when|via)\b)",
    r"no endpoints found for [\w./:@-]{1,80}\.?$",  # OpenRouter
    r"不支持(的|该|此)模型(?!的)|模型[^。\n]{0,40}不可用",
)

BUSY = Words(
    r"currently busy|overloaded",  # [facts]; Anthropic, Kimi
    r"(too|really) busy",  # SiliconFlow
    r"(high demand|high traffic|at capacity|no capacity)",  # Gemini, GLM
    r"サーバー?が混み合|過負荷|서버가 (혼잡|과부하)|сервер\w* перегруж",
    r"负载已饱和",  # [facts] "current group upstream load saturated"
    r"upstream load saturated",
    r"(服务|系统|模型)[^。\n]{0,6}(繁忙|过载)|负载较高",
)

BAD_KEY = Words(
    r"authentication (error|failed)",
    r"invalid token(?! ['`\"]| in | at )",  # [facts]
    r"(incorrect|invalid) api key|api key (is )?(not valid|invalid|expired|missing)",
    r"security token included in the request is (invalid|expired)",  # Amazon
    r"(令牌|密钥|token|api ?key)[^。\n]{0,8}(过期|无效|不正确|错误)|无效的(令牌|密钥)",
)
