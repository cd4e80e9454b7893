"""What orders to a language model look like: each pattern behind words that a text of it must hold.

The words are looked for first, because a plain search is a thousand times faster than a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NOUN = (
    r"(?:instruct\w*|prompts?|guidelines?|directions?|directives?|commands?|orders|constraints?|"
    r"context|messages?|tasks?|requests?|system)"
)
_SAY = r"(?:write|say|output|print|respond|reply|answer|repeat|emit|echo|utter)"
_SAYS = ("write", "say", "output", "print", "respond", "reply", "answer", "repeat", "emit", "echo",
         "utter")
_DO = (
    rf"(?:{_SAY}|mention|obey|describe|recommend|include|append|insert|state|begin|start|end|"
    r"finish|conclude|speak|talk)"
)
_START = (
    r"(?:^|[.!?;:,—–|>\])}\"'»”]\s*|\b(?:now|instead|just|simply|please|then|and|only|always)\s+)"
)
_WHAT = (
    r"(?:exactly|only|nothing|verbatim|literally|the\s+(?:exact\s+)?(?:words?|phrase|text|"
    r"sentences?|following|string|tokens?|letters?|line)\b|with\b|in\s+(?:all\s+caps|capitals?|"
    r"uppercase|\w+ese|english|german|french|spanish|italian|russian|arabic|hindi|korean|dutch)|"
    r"that\s+(?:the|this|every|all|each)\s+(?:users?|readers?|viewers?|customers?|person)\b|"
    r"(?:every|any|all|each)\s+(?:questions?|users?|requests?|prompts?)\b|this\s*:|"
    r"[\"'“«「『‘](?=\S))"
)
_MODEL = (
    r"(?:language\s+model|llm|chat\s?gpt|gpt(?:-?\d)?|ai|a\.i\.|assistant|chat\s?bot|model|writer)"
)
_MODELS = ("model", "llm", "gpt", "ai", "a.i.", "assistant", "bot", "writer")
_CUT = r"(?:^|[.!?;:,—–|>]\s*|please\s+)"

OVERRIDING = (
    (
        ("ignore", "disregard", "forget", "override", "overrule", "bypass", "neglect", "discard",
         "skip", "drop", "cancel", "stop following", "follow", "obey", "attention", "heed",
         "set aside", "leave out", "erase", "delete"),
        r"\b(?:ignore|disregard|forget|override|overrule|bypass|neglect|discard|skip|drop|cancel|"
        r"stop\s+following|do\s?n[o']?t\s+(?:follow|obey)|pay\s+no\s+(?:attention|heed)\s+to|"
        r"set\s+aside|leave\s+out|erase|delete)\s+(?:\w+\s+){0,5}?(?:previous|prior|above|earlier|"
        r"preceding|former|existing|original|initial|all|any|your|these|those|every|the)\s+"
        rf"(?:\w+\s+){{0,4}}?(?:{_NOUN}|rules)\b",
    ),
    (
        ("ignore", "disregard", "forget"),
        r"\b(?:ignore|disregard|forget)\s+(?:all|everything|anything|whatever|what)\s+"
        r"(?:\w+\s+){0,4}?(?:above|before|previously|earlier|told|said|instructed|prior)\b",
    ),
    (
        ("ignore", "disregard"),
        r"\b(?:ignore|disregard)\s+(?:all\s+)?(?:the\s+)?(?:above|previous|prior|foregoing)\b",
    ),
)
_ROLES = (
    (("you are",), r"\byou\s+are\s+(?:now|no\s+longer)\s+(?!leaving|entering|here|ready)(?:an?|"
      r"the|in|my|free|called|named|bound|\w+gpt|dan|to|going\s+to)\b"),
    (("from now on", "henceforth"), r"\b(?:from\s+now\s+on|henceforth)\b[\s,:]*(?:you|please|"
      r"always|"
     rf"only|never|act|{_DO})\b"),
    ((" as ", "like a"), rf"{_CUT}(?:act|behave|pose|respond|answer|talk|speak)\s+(?:as\s+(?:if|"
     r"though|an?|the|my)|like\s+an?)\s"),
    (("pretend", "imagine", "assume"), rf"{_CUT}(?:pretend|imagine|assume)\s+(?:that\s+)?(?:you\s+"
     r"(?:are|have)|to\s+be|the\s+user)"),
    (("play as", " mode", "jailbr"), r"\brole-?play\s+as\b|\b(?:developer|debug|admin|god|"
      r"jailbreak|dan)\s+mode\b|\bjailbr[eo]ak"),
    (("your",), r"\byour\s+(?:new|real|true|only|next|actual)\s+(?:task|role|instructions?|goal|"
      r"rules?|objective)\b"),
    (("instruction", "directive", "prompt", "order"), r"\b(?:new|updated|important|additional|"
      r"secret|"
     r"hidden|special|revised|real)\s+(?:system\s+)?(?:instructions?|directives?|prompt|orders?)\s*"
     r"(?::|for\s+(?:you|the\s+(?:ai|model|assistant)))"),
    (("system",), r"\bsystem\s*(?:prompt|message|instruction|override)s?\b"),
    (("prompt", "instruction", "rules", "secret", "key", "password"), r"\b(?:reveal|print|show|"
      r"output|"
     r"repeat|leak|tell\s+me)\s+(?:me\s+)?(?:your|the)\s+(?:\w+\s+)?(?:prompt|instructions|rules|"
     r"secrets?|api\s+keys?|passwords?)\b"),
)
_COMMANDS = (
    (_SAYS, rf"{_START}{_SAY}\s*:?\s+{_WHAT}"),
    (("repeat after me",), rf"{_CUT}repeat\s+after\s+me\s*:"),
    (("you ",), r"\byou\s+(?:must|shall|are\s+to|can\s+only|should\s+only|will\s+only)\s+"
     rf"(?:\w+\s+){{0,2}}?(?:{_SAY}|mention|obey|describe|recommend)\b"),
    (("please ",), r"\bplease\s+(?:\w+\s+)?(?:write|output|print|respond|repeat|emit)\b"),
    (("instead",), rf"\binstead\s*,?\s*(?:just\s+)?{_SAY}\b|\binstead\s+of\s+[^.;:]{{3,60}},\s*"
     r"(?:write|output|respond|reply|print)\b"),
    (("write", "compose", "generate", "produce", "create", "make up", "tell"), rf"(?:{_CUT}|"
      rf"\bnow\s+)"
     r"(?:write|compose|generate|produce|create|make\s+up|tell)\s+(?:me\s+)?(?:an?|the|one|two|"
     r"three|"
     r"five|some)\s+(?:\w+\s+){0,2}?(?:poem|haiku|joke|essay|limerick|description|summary|sentence|"
     r"word|advertisement|slogan|recipe|program|script)\b"),
    (("translate", "decode", "execute"), r"\btranslate\s+(?:the|this|that|these|everything|all|"
      r"it|your)"
     r"\b[^.]{0,60}?\b(?:in)?to\s+\w+|\btranslate\s*:|\bdecode\s+(?:and|this|the\s+following|it)\b|"
     r"\bexecute\s+(?:the|this)\s+(?:following|command|code|instruction)"),
    (("dear", "attention", "note", "notice", "hey", "hello", "message", "instruction", "memo"),
     r"\b(?:dear|attention|note\s+to|notice\s+to|hey|hello|message\s+(?:to|for)|instructions?\s+"
     rf"(?:to|for)|memo\s+to)[\s,:]+(?:the\s+|all\s+)?{_MODEL}\b"),
    (_MODELS, rf"\b(?:the|this|any|every|all)\s+{_MODEL}s?\s+(?:must|should|shall|will|has\s+to|"
     rf"is\s+to|needs?\s+to)\s+(?:\w+\s+)?{_DO}\b"),
    (("as a",), r"\bas\s+an?\s+(?:ai|a\.i\.|large\s+language\s+model|language\s+model)\b"
     r"(?:\s+(?:language\s+model|assistant))?[,\s]+(?:you|i|my|your)\b"),
    (("user",), r"\b(?:this|the|every|each|all)\s+users?\s+(?:\w+ly\s+)?(?:loves?|hates?|dislikes?|"
     r"adores?|detests?|despises?)\b|\bdescribe\s+(?:the|this|every|all|each)\s+users?\b"),
    (("say", "write", "claim", "state", "mention", "conclude"), r"\b(?:say|write|claim|state|"
      r"mention|"
     r"conclude)\s+(?:that\s+)?(?:(?:the|this|every|all|each)\s+(?:users?|readers?|viewers?)|"
     r"they)\s+(?:\w+ly\s+)?(?:loves?|hates?|likes?|dislikes?|adores?)\b"),
    (("of the", "of data", "of evidence", "of input", "of context", "of prompt", "of instruction",
      "of document"), r"\b(?:end|start|beginning)\s+of\s+(?:the\s+)?(?:data|evidence|document|"
      r"context|input|system|prompt|instructions?|user)\b\s*(?:[.:\])>=#*-]|$)"),
    (("when ",), r"\bwhen\s+(?:you\s+(?:write|describe|summari[sz]e)|writing|describing|"
      r"summari[sz]ing|"
     rf"asked|generating)\b[^.]{{0,60}}?,\s*(?:always\s+|only\s+|you\s+)?{_DO}\b"),
    (("polarity", "weight", "rating", "score", "sentiment"), rf"{_CUT}(?:set|change|make|flip|"
      rf"switch)\s+"
     r"(?:the\s+|all\s+|every\s+)?(?:polarity|weights?|ratings?|scores?|sentiments?)\b[^.]{0,30}?\b"
     r"(?:to|for|of)\b"),
)
_EUROPEAN = (
    (("ignorier", "vergiss", "vergesst", "missacht", "übergeh"), r"\b(?:ignorier\w*|vergiss|"
      r"vergesst|"
     r"missacht\w*|übergeh\w*)\b[^.]{0,60}?\b(?:anweisung\w*|vorgaben?|befehl\w*|regeln|obige\w*|"
     r"vorherige\w*|bisherige\w*|instruktion\w*)"),
    (("schreib", "antworte", "sag", "gib", "du bist"), r"\b(?:schreib\w*|antworte\w*|sage?|gib)\s+"
     r"(?:\w+\s+){0,2}?(?:nur|genau|ausschließlich|stattdessen|lediglich|das\s+wort)\b|"
     r"\bdu\s+bist\s+(?:jetzt|nun|ab\s+sofort)\b"),
    (("ignor", "oubli", "tiens", "tenez"), r"\b(?:ignor(?:e[zr]?|ons)|oubli(?:e[zr]?|ons)|ne\s+"
     r"t(?:iens|enez)\s+pas\s+compte)\b[^.]{0,60}?\b(?:instructions?|consignes?|directives?|"
     r"règles?|précède|ci-dessus)"),
    (("écri", "répond", "dis ", "dites", "tu es", "vous êtes"), r"\b(?:écri[sv]\w*|répond\w*|"
      r"di(?:s|tes))\s+(?:\w+\s+){0,2}?(?:seulement|uniquement|exactement|le\s+mot)\b|"
     r"\b(?:tu\s+es|vous\s+êtes)\s+(?:maintenant|désormais)\b"),
    (("ignor", "olvid", "omiso", "omite", "descarta", "desconsider", "esque", "dimentica",
      "trascura"),
     r"\b(?:ignor[ae]n?|olvid[ae]n?|haz\s+caso\s+omiso|omite|descarta|desconsidere|esque[çc]a|"
     r"dimentica\w*|trascura\w*)\b[^.]{0,60}?\b(?:instrucc?i\w+|instruções|istruzion\w+|órdenes|"
     r"reglas|regras|regole|anterior\w*|precedent\w*)"),
    (("escri", "escrev", "respond", "rispond", "scriv", "di ", "diga"), r"\b(?:escrib[ae]|"
      r"respond[ea]|"
     r"di|diga|escrev[ae]|responda|scriv[ia]|rispondi)\s+(?:\w+\s+){0,2}?(?:s[óo]lo|solamente|"
     r"únicamente|exactamente|apenas|somente|exatamente|soltanto|esattamente|la\s+palabra|"
     r"a\s+palavra|la\s+parola)\b"),
    (("ahora eres", "você", "ora sei", "adesso sei"), r"\b(?:ahora\s+eres|agora\s+você\s+é|"
      r"você\s+agora\s+é|ora\s+sei|adesso\s+sei)\b"),
    (("negeer", "vergeet", "zignor", "zapomn", "pomi", "ignorera", "glöm", "ignorér", "glem",
      "ignoră", "uită"),
     r"\b(?:negeer|vergeet|zignoruj|zapomnij|pomiń|ignorera|glöm|ignorér|glem|ignoră|uită)\b"
     r"[^.]{0,60}?\b(?:instruct\w*|instrukc\w*|instruktion\w*|opdracht\w*|polece\w*|aanwijzing\w*|"
     r"instrucțiun\w*|regler|zasad\w*)"),
    (("talimat", "önceki", "yukarıdaki"), r"(?:talimat|önceki|"
      r"yukarıdaki)\w*[^.]{0,60}?(?:yok\s*say|görmezden|unut|dikkate\s+alma)"),
)
_OTHER_SCRIPTS = (
    r"(?:игнорир\w*|забуд\w*|не\s+обращай\w*\s+внимани\w*|отмени\w*)[^.]{0,60}?(?:инструкц|указан|"
    r"команд|правил|предыдущ|выше)|\b(?:напиши|ответь|скажи|выведи)\s+(?:\w+\s+){0,2}?(?:только|"
    r"ровно|слово|точно)|ты\s+теперь",
    r"(?:忽略|无视|無視|忘记|忘記|忘掉|不要理会|不要理會|不用管|跳过|跳過)[^。]{0,20}?"
    r"(?:指令|指示|说明|說明|提示|规则|規則|以上|之前|前面|上述|命令|要求)",
    r"(?:以上|之前|前面|上述|これまで|以前)[^。]{0,16}?(?:指令|指示|命令|说明|提示)[^。]{0,12}?(?:忽略|无视|無視|忘)",
    r"(?:请|請)?(?:只|仅|僅|务必|必须|直接|一定要)(?:输出|輸出|回复|回復|回答|写|寫|说|說)|"
    r"(?:请|請)(?:输出|輸出|回复|回復|写出|寫出|说出)|你现在是|你現在是|从现在开始|從現在開始",
    r"(?:と|を|だけ)(?:出力|答え|書い|書け|言っ|回答し)(?:て|ろ|なさい|せよ|ください)|あなたは今",
    r"(?:지시|명령|지침|규칙|프롬프트)[^.]{0,20}?(?:무시|잊)|(?:무시하고|라고만)\s*(?:출력|답|말|쓰)|"
    r"(?:라고|만)\s*(?:출력|대답|답변)(?:해|하)",
    r"(?:تجاهل|انس|اهمل)[^.]{0,50}?(?:التعليمات|الأوامر|السابق|القواعد)|(?:اكتب|قل)\s+فقط",
    r"(?:निर्देश|आदेश)[^।]{0,40}?(?:अनदेखा|नज़रअंदाज़|भूल)|"
    r"(?:अनदेखा|नज़रअंदाज़)[^।]{0,40}?(?:निर्देश|आदेश)",
)
_SHOUT = re.compile(
    rf"(?:^|[.!?;:,—–|>]\s*|\b(?i:and|then|now|just|please|to|must|only|"
    rf"always)\s+)(?i:{_SAY})\s*:?\s+"
    r"[A-Z0-9][A-Z0-9_!-]{3,}\b|\b(?:BEGIN|START|END)[ _-](?:SYSTEM|INSTRUCTIONS?|PROMPT|"
    r"EVIDENCE|DATA)\b"
)
"""«Write HACKED»: a word in capitals to be written, in a text that is not all capitals."""


def _compiled(
    patterns: Iterable[tuple[tuple[str, ...], str]]
) -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    return tuple((words, re.compile(p)) for words, p in patterns)


_OVERRIDING = _compiled(OVERRIDING)
_ENGLISH = _compiled((*_ROLES, *_COMMANDS))
_LATIN = _compiled(_EUROPEAN)
_ELSE = re.compile("|".join(f"(?:{p})" for p in _OTHER_SCRIPTS))


def overrides(text: str) -> bool:
    """Whether the lower-case `text` tells to leave instructions unheeded, in English."""
    return _any(_OVERRIDING, text)


def orders(text: str) -> bool:
    """Whether `text` (one line, as seen) orders a model about in any language known here."""
    lower = text.lower()
    if overrides(lower) or _any(_ENGLISH, lower) or _any(_LATIN, lower):
        return True
    if not text.isascii() and _ELSE.search(lower):
        return True
    return not text.isupper() and _SHOUT.search(text) is not None


def _any(patterns: Iterable[tuple[tuple[str, ...], re.Pattern[str]]], lower: str) -> bool:
    return any(
        any(word in lower for word in words) and pattern.search(lower)
        for words, pattern in patterns
    )
