"""Yes and no in English, and the words around what callers want."""

from __future__ import annotations

from ivr.flow.spoken.combined import Either, spoken
from ivr.flow.spoken.marked import quiet

YES = Either(
    spoken({"yes|yeah|yep|okay|right|correct|sure|that's right|that's correct|yes please": True}),
    quiet(
        spoken(
            {
                "yup|ya|ok|absolutely|exactly|affirmative|uh huh|of course|all right|alright": True,
                "that is right|that is correct|sounds good|it is|i do": True,
            }
        )
    ),
)
NO = Either(
    spoken({"no|nope|wrong|not right|that's wrong|that's not right|no thanks|no thank you": False}),
    quiet(
        spoken(
            {
                "nah|incorrect|negative|never|not correct|no way|it's not|it is not|it isn't|i don't": False,
                "that is wrong|that is not right|that's not correct|that is not correct|not really": False,
            }
        )
    ),
)

ALONE = frozenset(
    {
        *("yes", "yeah", "yep", "yup", "ya", "okay", "ok", "right", "correct", "sure"),
        *("no", "nope", "nah", "wrong", "negative", "never"),
        "one",  # that one
    }
)
FILLERS = (
    *("um", "uh", "er", "erm", "ah", "hmm", "mm", "well", "so", "okay so"),
    *("hi", "hello", "hey", "please", "thanks", "thank you", "thank you very much"),
    *("you know", "i mean", "actually"),
)
CARRIERS = (
    *("i want", "i want to", "i'd like", "i'd like to", "i would like", "i would like to"),
    *("i need", "i need to", "can i", "could i", "can i have", "could i have", "can you", "could you"),
    *("give me", "let me", "i said", "it's", "it is", "that's", "the", "my", "a", "to"),
)
NEGATIONS = frozenset(
    {"not", "no", "don't", "never", "isn't", "can't", "won't", "doesn't", "didn't", "wasn't", "without"}
)
