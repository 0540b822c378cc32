"""Yes and no in Mandarin, and the words around what callers want."""

from __future__ import annotations

from ivr.flow.spoken.combined import Either, spoken
from ivr.flow.spoken.marked import quiet

YES = Either(
    spoken({"是|是的|对|对的|好|好的|可以|没错|正确|确认|要": True}),
    quiet(
        spoken(
            {
                "是啊|是呀|对啊|对呀|好啊|好吧|行|行的|行啊|可以的|没问题|没有问题": True,
                "要的|我要|确定|当然|嗯|同意|是这样|是这样的": True,
            }
        )
    ),
)
NO = Either(
    spoken({"不|不是|不是的|不对|不要|不用|没有|错了": False}),
    quiet(
        spoken(
            {
                "不行|不好|不用了|不需要|不可以|不同意|不正确|没|错|错误|否|否认": False,
                "我不要|不要了|不是这样|不是这样的": False,
            }
        )
    ),
)

ALONE = frozenset("是对好行要不没错否嗯")
FILLERS = (
    *("嗯", "呃", "啊", "哦", "额", "唉", "哎", "诶", "那个", "这个", "就是", "就是说", "然后"),
    *("请", "请问", "麻烦", "麻烦你", "麻烦您", "您好", "你好", "喂", "谢谢", "谢谢你", "谢谢您"),
)
PARTICLES = ("一下", "吧", "呢", "呀", "哈", "嘛", "吗", "的", "了", "啦")
CARRIERS = (
    *("我要", "我想", "我想要", "我需要", "我是要", "帮我", "给我", "请帮我", "请给我"),
    *("我说", "我要说", "我说的是"),
)
NEGATIONS = frozenset("不没别非")
