"""Words that steer an intake whatever the classifier made of them.

A short answer such as "x" or "not giving that" says little to a classifier, and a wish ("I want someone to look at it")
sounds like other things. So the plain ways to ask for a person, to cancel, to skip, to refuse and to ask for the state
of a case are known by their words. Most patterns must be the whole message, which is then short.
"""

from __future__ import annotations

import re

#: Longest message that can be nothing but a steering word, in characters.
_LONGEST = 120


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{'|'.join(patterns)})\W*", re.IGNORECASE)


_WHO = r"humans?|persons?|people|agents?|operators?|representatives?|reps?"
_TALK = r"talk|speak|chat|connect|transfer"
_SOMEONE = rf"{_WHO}|someone|somebody|staff|support|team|supervisor|manager"
#: A request that says nothing else; and, amid other words, one that names whom to talk to.
_PERSON = _whole(
    rf"(?=.*\b(?:{_WHO}|managers?|supervisors?|talk|speak|chat)\b)(?:(?:i|i'd|want|need|would|like|to|can|could|may|let|me|us|just|now|please|pls|plz|get"
    r"|give|find|put|through|over|with|an?|the|your|real|live|actual|customer|service|here|asap|right|away|hello"
    rf"|{_SOMEONE}|{_TALK})(?:[\s,]+|$))+",
    r"(?:请|我|要|想|帮|给|快|马上|现在|直接|还是|转|找|叫|接|换|一个|个|一下|跟|和|到)*"
    r"(?:人工|真人|活人|客服)(?:客服|服务|说话|处理|聊|谈|来|吧|啊|了|一下)*",
    r"(?:请|帮我|给我|我想|我要|能不能|快|赶紧)*(?:找|叫|换|派)一?个人(?:来|看看|看一下|处理|解决|聊聊|说话|帮我|吧|一下)*",
)
_TALK_TO = re.compile(
    rf"\b(?:{_TALK})\w*\s+(?:me\s+|us\s+)?(?:over\s+)?(?:to|with)\s+(?:(?:an?|the|your|some|any|real|live|actual|human"
    rf"|support|customer|service)\s+)*(?:{_SOMEONE})\b|转人工|(?:转|找|叫|换|接)(?:个|一个)?(?:真人|活人)",
    re.IGNORECASE | re.ASCII,
)
#: Words that say that a person is meant at all.
_NAMES_PERSON = re.compile(
    rf"\b(?:{_SOMEONE}|anyone|anybody|real|{_TALK}|call|phone)\w*\b|[人谁]|客服|经理|主管|负责|领导|电话",
    re.IGNORECASE | re.ASCII,
)
_CLAUSE_END = re.compile(r"[.;!?,，。；！？\n]+")

_CANCEL = _whole(
    r"(?:(?:ok|okay|no|please|just|actually|let's|i want to) )*(?:cancel|forget|stop|drop|abort|quit|scratch)"
    r"(?: (?:it|this|that|the|my|your|case|ticket|report|form|now|please|pls|about))*",
    r"(?:(?:ok|okay|no|oh) )*never ?mind(?: (?:it|this|that))?",
    r"(?:那|就|我|先|还是)*(?:取消|撤销|撤回|算了|不弄了|不提交了|不报了|不搞了|作罢)"
    r"(?:吧|了|掉|好了|这个|工单|案件|投诉|申诉|申请|不弄了|谢谢)*",
)
#: Where the words that give a case up may begin; what else a message that gives it up says: that the matter is settled,
#: or nothing.
_CANCEL_START = re.compile(
    r"[.;!?,，。；！？\n]+|\b(?:so|and|then|but)\b|(?=\b(?:cancel|never ?mind|forget it)\b|取消|撤销|撤回|算了)",
    re.IGNORECASE | re.ASCII,
)
_SETTLED = re.compile(
    r"^(?!.*(?:\bnot\b|n't\b|\bnever\b|\bno one\b)).*\b(?:arrived|came (?:in|through)|showed up|went through|landed"
    r"|credited|(?:it'?s|is|are) (?:here|there|back)|got (?:it|them)|found (?:it|them|out|the)|solved|sorted|fixed"
    r"|resolved|works?|working|all good|my (?:mistake|bad|fault))\b"
    r"|\b(?:no (?:longer )?need|(?:don'?t|dont) need|not needed)\b"
    r"|(?:(?<![没未不])(?:到|到账|收到|来|解决|处理好|弄好|搞定|找到|恢复|正常|弄错|搞错|看错)|好|没事|不用|不需要|不要)了",
    re.IGNORECASE | re.ASCII,
)
_IDLE = _whole(
    r"(?:(?:oh|ok|okay|wait|hold on|hey|hi|sorry|thanks|thank you|thx|please|pls|plz|actually|just|well|no|nah|yes|yeah"
    r"|can|could|you|u|i|i'd|we|want|would|like|to|let'?s|now)(?:\W+|$))+",
    r"(?:哦|噢|啊|嗯|等等|等一?下|好的?|好吧|行|那|就|请|麻烦|帮我|帮忙|给我|我|想|要|先|还是|可以|不好意思|抱歉|谢谢|把|这个|工单|案件|都|一下|吧|了|你|您)+",
)
_SUBMIT = _whole(
    r"(?:(?:yes|yep|yeah|ok|okay|please|pls|just|now|then|go ahead|and|sure|fine|correct)[\s,.!]*)*(?:send|submit|file)"
    r"(?: (?:it|this|that|them|the case|my case|off|in|now|already|please|pls|then|anyway|as it is|as is))*",
    r"(?:可以|好的?|行|对|没错|嗯|是的?|那|就|请|快|赶紧|确认|直接|马上|现在|帮我|这样|[,，。！\s])*(?:提交|发送|发出去|交上去)(?:吧|了|啊|给他们|就行|就好)*",
)
_SKIP = _whole(
    r"(?:(?:please|just|let's|can we|ok|okay) )*(?:skip|pass|next)(?: (?:it|this|that|one|question|please|pls|the))*",
    r"(?:i |i really |sorry )?(?:don'?t|dont|do not) know|no idea|idk|dunno",
    r"(?:先|请|我)?(?:跳过|略过|下一个|下一题|不知道|不清楚)(?:吧|了|这个|这题)*",
)
#: "No" before these words is no refusal: "no that is wrong", "no human", "no answer since yesterday".
_NO_MORE = (
    r"(?!(?:long|short|wrong|right|that|it|this|what|why|how|i|you|they|was|is|not|human|person|agent|answer|reply"
    r"|response|reaction|news|money|funds)\b)"
)
_LACK = r"have|know|want|wanna|remember|recall|see|use|need|got|give|share|wish|care|like|find|feel"
_REFUSAL = _whole(
    r"no|nope|nah|none|nothing|nil|null|n/?a|x+|-+|\.+",
    rf"no(?: {_NO_MORE}[\w'-]+){{1,3}}",
    r"not (?:yet|now|really|available|shown|there|sure|applicable|needed|giving|telling|sharing)(?: \w+){0,3}",
    r"(?:(?:sorry|no|well) )*(?:i |we |i really |i just )?(?:do not|don'?t|dont|didn'?t|won'?t|wont|can'?t|cannot|cant)"
    rf"(?: (?:really|even|just))? (?:{_LACK})(?: (?!(?:why|what|how|bots?|robots?)\b)[\w'-]+){{0,5}}",
    r"(?:i |i'd |i would |id )?(?:rather|prefer|prefer to) not(?: \w+){0,4}",
    r"(?:我|都|也|暂时|目前|这个|先|就)*(?:没有?|没有?(?:邮箱|编号|单号|订单|哈希|地址|记录|账号|号码|这个)"
    r"|无|不想|不用|不要|不给|不需要|不必|不方便|不愿|不留|不填|不提供|不知道|不清楚|不记得|记不清|忘了?)"
    r"(?!.*机器人)(?:[再给了说填留写提供意愿告诉你们的呢啊吧哈这个也需]|邮箱|邮件|地址|编号|单号|哈希)*",
)
_CORRECTION = re.compile(
    r"^\W*(?:no\b|nope\b|not\b|sorry|actually|correction|wait|oops|i meant?\b|it was\b)|\bshould(?: have)? be(?:en)?\b"
    r"|不是|不对|更正|[说写填打搞弄]错|错了|应该是|应为|改成|改为",
    re.IGNORECASE,
)
_RESUME = _whole(
    r"(?:(?:ok|okay|hi|hello|hey|sorry|right|so) )*(?:i'?m|i am|im) (?:back|here)(?: (?:now|again))?",
    r"(?:(?:ok|okay|please|let'?s|let us|we can|can we) )*(?:continue|resume|go on|carry on|keep going|where were we)"
    r"(?: (?:now|please|pls|with (?:it|this|that|my case)))*",
    r"(?:好的?|嗯|抱歉|不好意思|那|请|我们|可以|[,，\s])*(?:我?又?回来了|我在了?|继续(?:吧|填|说|问)?|接着(?:来|说|问|填)?吧?|刚才说到哪(?:里|儿)?了?)"
    r"(?:吧|了|啊|哈)*",
)
_CASE = (
    r"(?:(?:my|the|this|that|our)(?: (?:other|first|second|last|old|older|previous|earlier|open))?"
    r" (?:support )?(?:case|ticket|complaint|appeal)s?|ph-\w{4}-\w{4})"
)
_STATUS = re.compile(
    r"^\W*(?:(?:and|so|hey|hi|hello|ok|please|but)\W+)*(?:what|where|how|when|any|is there|can|could|do you|status"
    rf"|check|show|tell me)(?:'?s)?\b(?=.*\b{_CASE}\b)"
    r"(?=.*\b(?:status|progress|news|updates?|where(?:'?s)?|how far|going|doing|answered|handled)\b)"
    rf"|^\W*(?:so |and |but |hey )*where(?:'?s| is| are)? {_CASE}\W*$"
    rf"|^\W*(?:(?:my|the) )?(?:status|updates?|news) (?:of|on|for|about) {_CASE}\b"
    r"|(?:工单|案件|案子|投诉|申诉).{0,6}(?:到哪|怎么样|咋样|如何)"
    r"|(?:工单|案件|案子|投诉|申诉)的?(?:处理)?(?<!没有)(?:进度|进展|状态)(?:是什么|呢|吗|啊)?\W*$"
    r"|(?:进度|进展|状态).{0,4}(?:工单|案件|案子)\W*$",
    re.IGNORECASE,
)
#: When somebody answers; why something is asked.
_WHEN = re.compile(
    r"\b(?:when|how (?:long|soon))\b.*\b(?:answer|repl(?:y|ies)|respon[ds]|hear (?:back|from)|get back|look at|review)"
    r"|(?:什么时候|啥时候|何时|多久|几时).{0,8}(?:有人|[回答]复|回我|处理|结果|理我)",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\b(?:why|what for|what'?s (?:this|that|it) for|need (?:that|this|it))\b|为什么|为啥|干嘛|干什么用|有什么用",
    re.IGNORECASE,
)
_PLEASANTRY = _whole(
    r"(?:(?:hi|hello|hey|thanks?|thank you|thx|ty|cheers|bye|goodbye|see you|ok|okay|yes|yep|yeah|sure|fine|great"
    r"|please|so much|very much|a lot|then|there|again)(?:[\s,]+|\W*$))+",
    r"(?:你好|您好|谢谢|多谢|感谢|再见|拜拜|好的?|嗯|是的?|可以|对|了|你|您|啊)+",
)
_NO_NUMBER = re.compile(
    r"\b(?:all|everything|whole|entire|full|half|most|some)\b|全部|所有|一半|全都|大部分", re.IGNORECASE
)


def asks_for_person(text: str) -> bool:
    """Tell whether a message plainly asks for a person, in one of its clauses."""
    clauses = [text, *_CLAUSE_END.split(text)]
    return _TALK_TO.search(text) is not None or any(_is_all(_PERSON, clause.strip()) for clause in clauses)


def names_person(text: str) -> bool:
    """Tell whether a message speaks of a person, in words of the languages that are served."""
    return _NAMES_PERSON.search(text) is not None


def submits(text: str) -> bool:
    """Tell whether a message is nothing but having the case sent."""
    return _is_all(_SUBMIT, text)


def asks_when(text: str) -> bool:
    """Tell whether a message asks when somebody answers."""
    return _WHEN.search(text) is not None


def asks_why(text: str) -> bool:
    """Tell whether a message asks what a question is for."""
    return _WHY.search(text) is not None


def cancels(text: str) -> bool:
    """Tell whether a message is nothing but giving up the case, or says besides that the matter is settled."""
    said = [part.strip() for part in _CANCEL_START.split(text[: _LONGEST + 1]) if part.strip()]
    rest = [part for part in said if not _CANCEL.fullmatch(part)]
    is_given_up = len(rest) < len(said) and all(_SETTLED.search(part) or _IDLE.fullmatch(part) for part in rest)
    return _is_all(_CANCEL, text) or (len(text) <= _LONGEST and is_given_up)


def ends_in_cancel(text: str) -> bool:
    """Tell whether the last thing a message says is to give up the case."""
    *before, last = _CLAUSE_END.split(text.rstrip(" .!。！"))
    return bool(before) and _is_all(_CANCEL, last.strip())


def skips(text: str) -> bool:
    """Tell whether a message is nothing but leaving a question out."""
    return _is_all(_SKIP, text)


def refuses(text: str) -> bool:
    """Tell whether a message says there is nothing to give, or that it will not be given."""
    return _is_all(_REFUSAL, text)


def corrects(text: str) -> bool:
    """Tell whether a message says that something said before was not so."""
    return _CORRECTION.search(text) is not None


def resumes(text: str) -> bool:
    """Tell whether a message says nothing but that its writer is here again, or wants to go on."""
    return _is_all(_RESUME, text)


def asks_for_status(text: str) -> bool:
    """Tell whether a message asks how far a case is, in one of its clauses."""
    return any(_STATUS.search(clause) for clause in (text, *_CLAUSE_END.split(text)))


def is_pleasantry(text: str) -> bool:
    """Tell whether a message is nothing but a courtesy or a yes."""
    return _is_all(_PLEASANTRY, text)


def is_amount_without_number(text: str) -> bool:
    """Tell whether a message says how much in words only."""
    return _NO_NUMBER.search(text) is not None


def _is_all(pattern: re.Pattern[str], text: str) -> bool:
    return len(text) <= _LONGEST and pattern.fullmatch(text) is not None
