"""Makes a tiny vosk model of speech that espeak-ng synthesises: sound, network, graph, and a test with vosk.

See README.md beside it. How it fits vosk: graph/HCLr.fst (words to transition-ids) is composed with Gr.fst
(any words in any order) or with the grammar that a recogniser is given, so grammars work at run time. [unk]
is the phone SPN, which the network learns from words hidden behind it at random. Phones have one state with
two outputs, one for the first 30 ms and one for the rest, shared by the four word positions that word times
need.
"""

from __future__ import annotations

import argparse
import bisect
import collections
import ctypes
import json
import math
import multiprocessing
import os
import pickle
import random
import struct
import sys
import time

import numpy as np

SR = 8000  # the model's rate; Vosk downsamples 16 kHz input to it
WIN, SHIFT, NFFT = 200, 80, 256
NMEL, NCEP = 32, 32
LOW, HIGH = 125.0, 3700.0
SUB = 3  # one network output every 3 frames (30 ms)

# --------------------------------------------------------------------------
# Languages
# --------------------------------------------------------------------------

EN_CORE = """zero one two three four five six seven eight nine oh yes no billing
balance outage operator agent help repeat cancel main menu sales support
payment""".split()

EN_EXTRA = """ten eleven twelve twenty thirty forty fifty hundred double triple star
pound yeah yep nope okay correct wrong right bill pay account number customer
service services technical internet phone mobile power electric gas water meter
reading emergency report repair status order track delivery return refund
complaint question speak talk to an a the i want need my please human person
representative someone somebody back exit quit stop start over again continue
next previous goodbye bye hello hi thanks thank you english chinese spanish
language other more options hours location address name date month year today
tomorrow morning afternoon evening appointment schedule change update password
card credit debit transfer cash new existing connect call callback
message voicemail hold wait confirm accept decline skip done finish nothing
none everything all and or of for with about in on is it""".split()

EN_FILLER = """ability above across action after against age air almost along already
although always among amount animal answer apple area arm army around art
attention aunt autumn baby bad bag ball bank basket bath beach bear beautiful because
bed before begin behind believe below bird bitter black blood blue board boat
body bone book bottle bottom box boy branch bread break breath bridge bright
brother brown brush bucket build burn bus butter button cake camera carry castle
cat cause chair chance cheap cheese chicken child choice church circle city class
clean clear climb clock cloth cloud coat coffee cold color comb common
company cook copper corn cotton cough country cover cow crash cross cup current
curtain dance danger dark daughter dead dear death deep design different dinner
dirty discover doctor dog door doubt down dream dress drink drive dry dust each
ear early earth east easy edge effect egg electric elephant end engine enough
error example expert eye face fact fall false family far farm fat father fear
feather feeling fiction field fight finger fire first fish flag flat flight floor
flower fly fold food foolish foot force fork forward frame free frequent friend
from front fruit full future game garden general girl give glass glove goat gold
good government grain grass gray great green grip group growth guide gun hair
hammer hand happy harbor hard harmony hat hate have head healthy hear heart heat
hollow hook hope horn horse hospital hour house how humor ice idea ill important
industry ink insect instrument interest invention iron island jelly jewel join
journey judge jump kettle key kick kind kiss kitchen knee knife knot knowledge land large
last late laugh law lead leaf learn leather left leg lemon letter level library
lift light like limit line lion lip liquid list little living lock long loose loss
loud love low machine man manager map mark market married mass match material
meal measure meat medical meeting memory metal middle military milk mind mine
minute mist mixed money monkey moon mother motion mountain mouth move much muscle
music nail narrow nation natural near necessary neck needle nerve net news night
noise normal north nose note now nut observation ocean offer office oil old only
open opinion opposite orange ornament oven owner page pain paint paper parallel
parcel part past paste peace pen pencil physical picture pig pin pipe place plane
plant plate play pleasure plough pocket point poison polish political poor porter
position possible pot potato powder present price print prison private probable
process produce profit property prose protest public pull pump punishment purpose
push quality queen quick quiet quite rabbit rail rain range rat rate ray reaction
ready reason receipt record red regret regular relation religion request respect
responsible rest reward rhythm rice ring river road rod roll roof room root rough
round royal rub rule run sad safe sail salt same sand say scale school science
scissors screw sea seat second secret secretary see seed selection self send sense
separate serious servant sex shade shake shame sharp sheep shelf ship shirt shock
shoe short shut side sign silk silver simple sister size skin skirt sky sleep slip
slope slow small smash smell smile smoke smooth snake sneeze snow soap society
sock soft solid some son song sort sound soup south space spade special sponge
spoon spring square stage stamp station steam steel stem step stick sticky stiff
still stitch stocking stomach stone store story straight strange street stretch
strong structure substance such sudden sugar suggestion summer sun surprise sweet
swim system table tail take tall taste tax teaching tendency test than that then
theory there thick thin thing think this thought thread throat through thumb
thunder ticket tight till time tin tired toe together tongue tooth top
touch town trade train transport tray tree trick trouble trousers true turn twist
umbrella under unit up use value verse very vessel view violent voice walk wall
war warm wash waste watch wave wax way weather week weight well west wet wheel
when where while whip whistle white who why wide will wind window wine wing winter
wire wise woman wood wool word work worm wound writing yellow young usual vision
garage television treasure television bathroom something anything mouthful father rather
northern weather leather boyfriend enjoy oyster avoid powerful shower allow""".split()

# words for the rejection test only: never in the training text or the lexicon
EN_OOV = """telescope bicycle Saturday marmalade giraffe kangaroo piano dinosaur
pumpkin sandwich chocolate holiday hurricane wizard violin passenger astronaut
carnival mushroom lobster magazine caterpillar volcano pyramid banana
jacket squirrel tournament hedgehog zebra cucumber""".split()

EN_TEMPLATES = [
    "i want to speak to an {w}",
    "i need {w} please",
    "{w} please",
    "can i get {w}",
    "i want {w}",
    "{w} {w}",
    "my {w} please",
    "my number is {d} {d} {d} {d}",
    "the {w} is {d} {d}",
    "{f} {w}",
    "{w} {f}",
    "{f} {f} {w} {f}",
    "thank you {w}",
    "talk to a human person",
    "power {w}",
    "speak to an {w}",
    "report a power outage",
    "main menu please",
    "no {w}",
    "yes {w}",
    "{w} and {w}",
    "{w} or {w}",
]

EN_VARIANTS = """m1 m2 m4 m5 m6 m8 f1 f3 f4 f5 klatt klatt2 klatt4 Alex Alicia Andrea
Andy Diogo Gene Gene2 Henrique Hugo Jacky Lee Marco Mario Mike Nguyen Reed adam
anika antonio aunty belinda benjamin boris caleb david ed edward edward2 grandma
grandpa gustave ian iven iven2 john linda marcelo max michel miguel norbert pablo
paul pedro quincy rob robert sandro shelby steph travis victor zac announcer
RicishayMax RicishayMax2""".split()
EN_HELD = "f2 m3 m7 Annie Michael klatt3 Denis kaukovalta steph2 mike2".split()

EN_MAP = {
    "i@": "IR",
    "i@3": "IR",
    "o@": "AO",
    "O@": "AO",
    "O:": "AO",
    "O2": "AO",
    "O": "AO",
    "e@": "XR",
    "A@": "AA",
    "A:": "AA",
    "aa": "AA",
    "0": "AA",
    "U@": "UR",
    "U": "UH",
    "u:": "UW",
    "u": "UW",
    "aI": "AY",
    "aI2": "AY",
    "aI3": "AY",
    "aI@": "AY",
    "aU": "AW",
    "aU@": "AW",
    "eI": "EY",
    "oU": "OW",
    "OI": "OY",
    "3": "ER",
    "3:": "ER",
    "VR": "ER",
    "IR": "ER",
    "@5": "AX",
    "@": "AX",
    "@2": "AX",
    "a#": "AX",
    "I#": "IH",
    "I": "IH",
    "I2": "IH",
    "i": "IY",
    "i:": "IY",
    "E": "EH",
    "a": "AE",
    "V": "AH",
    "@L": "EL",
    "t#": "DX",
    "t[": "T",
    "?": "T",
    "r-": "R",
    "r": "R",
    "n-": "N",
    "w#": "W",
    "w": "W",
    "j": "Y",
    "N": "NG",
    "T": "TH",
    "D": "DH",
    "S": "SH",
    "Z": "ZH",
    "tS": "CH",
    "dZ": "JH",
    "h": "HH",
    "b": "B",
    "d": "D",
    "f": "F",
    "g": "G",
    "k": "K",
    "l": "L",
    "m": "M",
    "n": "N",
    "p": "P",
    "s": "S",
    "t": "T",
    "v": "V",
    "z": "Z",
    "x": "K",
    ";": None,
}

ZH_CORE = "零 一 二 三 四 五 六 七 八 九 是 不是 查询 话费 账单 停电 报修 人工 客服 帮助 返回".split()
ZH_EXTRA = """十 百 两 是的 好 好的 对 不对 不 没有 有 要 不要 我 我要 我想 请 转 请转 人工服务
服务 电费 水费 余额 缴费 充值 流量 套餐 投诉 建议 重复 取消 主菜单 菜单 确认 继续 结束 谢谢 再见 你好
办理 业务 故障 维修 电话 号码 密码 修改 地址 姓名 英文 中文 重听 上一级 退出 销售 支付 付款
订单 退款 快递 今天 明天 预约 联系 一下 帮我 什么 多少""".split()
ZH_FILLER = """苹果 天气 学校 老师 学生 朋友 家里 电视 电脑 手机 汽车 火车 飞机 地铁 公园 医院 医生
护士 城市 农村 中国 北京 上海 广州 深圳 春天 夏天 秋天 冬天 早上 中午 晚上 星期 月亮
太阳 星星 下雨 下雪 刮风 吃饭 喝水 睡觉 起床 工作 学习 跑步 游泳 唱歌 跳舞 音乐 电影
图书 报纸 新闻 历史 文化 经济 政治 社会 科学 技术 发展 问题 方法 因为 所以 但是 如果
虽然 已经 可能 应该 需要 知道 觉得 希望 喜欢 漂亮 高兴 快乐 难过 生气 红色 绿色 蓝色
黄色 白色 黑色 女人 男人 孩子 爸爸 妈妈 哥哥 姐姐 弟弟 妹妹 爷爷 奶奶 叔叔 阿姨 桌子
椅子 房子 门口 窗户 厨房 卧室 客厅 钥匙 衣服 裤子 鞋子 帽子 眼镜 牛奶 鸡蛋 面包 米饭
面条 饺子 蔬菜 水果 西瓜 香蕉 葡萄 牛肉 羊肉 鱼 茶 咖啡 啤酒 银行 邮局 超市 商店 餐厅
宾馆 机场 车站 码头 桥 路口 左边 右边 前面 后面 上面 下面 里面 外面 东方 南方 西方 北方
大小 高低 长短 快慢 冷热 新旧 远近 轻重 雄伟 愉快 月球 选择 略微 掠过 全部 群众 军队
运动 云彩 黄河 长江 光明 壮观 窗帘 双方 熊猫 穷人 琼浆 兄弟 翁 挖土 歪 弯 网络 握手
我们 你们 他们 女儿 儿子 耳朵 二胡 恩情 昂贵 欧洲 偶尔 安全 爱情 傲慢 额头 鹅毛 日本
热情 肉类 柔软 若干 润滑 扔掉 然后 让步 绕开""".split()
ZH_OOV = """长颈鹿 望远镜 自行车 巧克力 蝴蝶 火山 钢琴 恐龙 南瓜 龙虾 杂志
袋鼠 魔术师 飓风 乘客 毛毛虫 黄瓜 松鼠 假期 外套""".split()
ZH_TEMPLATES = [
    "我要 {w}",
    "我想 {w}",
    "请转 {w}",
    "{w} {w}",
    "帮我 {w} 一下",
    "{f} {w}",
    "{w} {f}",
    "{f} {f} {w} {f}",
    "我要 查询 {w}",
    "查询 {w}",
    "谢谢 {w}",
    "我 的 号码 {d} {d} {d} {d}",
    "转 {w}",
    "不 {w}",
    "是 {w}",
    "{f} {f} {f}",
]
ZH_MAP = {
    "tS;": "j",
    "tS;h": "q",
    "S;": "x",
    "ts.": "zh",
    "ts.h": "ch",
    "s.": "sh",
    "z.": "r",
    "ts": "z",
    "tsh": "c",
    "p": "b",
    "ph": "p",
    "t": "d",
    "th": "t",
    "k": "g",
    "kh": "k",
    "X": "h",
    "N": "ng",
    "i.": "ii",
    "i[": "ii",
    "w": "w",
    "j": "y",
    "?": None,
    "-": None,
}

LANGS = {
    "en": {
        "core": EN_CORE,
        "extra": EN_EXTRA,
        "filler": EN_FILLER,
        "oov": EN_OOV,
        "templates": EN_TEMPLATES,
        "map": EN_MAP,
        "digits": "zero one two three four five six seven eight nine oh".split(),
        # (voice, weight); en-us-nyc is kept out of training
        "accents": [
            ("en-us", 5),
            ("en", 3),
            ("en-gb-scotland", 1),
            ("en-029", 0.5),
            ("en-gb-x-rp", 1.5),
            ("en-gb-x-gbclan", 1),
            ("en-gb-x-gbcwmd", 1),
        ],
        "held_accents": ["en-us", "en", "en-gb-x-rp"],
        "unseen_accents": ["en-us-nyc"],
        "variants": EN_VARIANTS,
        "held": EN_HELD,
        "unk": (4.0, -0.12),
    },
    "zh": {
        "core": ZH_CORE,
        "extra": ZH_EXTRA,
        "filler": ZH_FILLER,
        "oov": ZH_OOV,
        "templates": ZH_TEMPLATES,
        "map": ZH_MAP,
        "digits": "零 一 二 三 四 五 六 七 八 九".split(),
        "accents": [("cmn", 1)],
        "held_accents": ["cmn"],
        "unseen_accents": [],
        "variants": EN_VARIANTS,
        "held": EN_HELD,
        "unk": (2.0, -0.3),
    },
}
HIDE = (0.12, 0.2, 0.5)  # how often a core, extra, other word is made SPN
HELD_RATES = (105, 145, 185, 215)  # words a minute never used in training (+-2)


# --------------------------------------------------------------------------
# Speech synthesis with phone times
# --------------------------------------------------------------------------


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("uid", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class Espeak:
    """espeak-ng in this process: audio and the events that tell when each phone starts."""

    WORD, PHONEME, END = 1, 7, 5

    def __init__(self):
        try:
            import espeakng_loader

            library, data = espeakng_loader.get_library_path(), espeakng_loader.get_data_path()
        except ImportError:
            library, data = "libespeak-ng.so.1", None
        self.lib = ctypes.CDLL(str(library))
        # 2: synchronous, to our callback; 1: phoneme events; 0x8000: no exit on error
        self.rate = self.lib.espeak_Initialize(2, 0, str(data).encode() if data else None, 1 | 0x8000)
        if self.rate != 22050:
            raise RuntimeError("espeak-ng did not start, or has an unusual sample rate")
        self.audio, self.events = [], []
        self._callback = _CALLBACK(self._on_audio)  # kept: C holds a pointer to it
        self.lib.espeak_SetSynthCallback(self._callback)

    def _on_audio(self, wav, count, event):
        if count > 0 and wav:
            self.audio.append(np.ctypeslib.as_array(wav, (count,)).copy())
        i = 0
        while event[i].type != 0:
            e = event[i]
            if e.type == self.PHONEME:
                self.events.append((e.sample, bytes(e.id.string).decode("utf8", "replace"), e.text_position))
            i += 1
        return 0

    def has_voice(self, voice):
        return self.lib.espeak_SetVoiceByName(voice.encode()) == 0

    def speak(self, text, voice, rate=175, pitch=50, spread=50, gap=0):
        """(samples, [(start in samples, phoneme name, 1-based text position)])"""
        self.audio, self.events = [], []
        if not self.has_voice(voice):
            raise ValueError("no such voice: " + voice)
        for which, value in ((1, rate), (3, pitch), (4, spread), (2, 100), (7, gap)):
            self.lib.espeak_SetParameter(which, int(value), 0)
        data = text.encode("utf8") + b"\0"
        self.lib.espeak_Synth(data, len(data), 0, 1, 0, 1, None, None)
        self.lib.espeak_Synchronize()
        audio = np.concatenate(self.audio) if self.audio else np.zeros(0, np.int16)
        return audio.astype(np.float32), self.events


def phone_name(lang, name):
    """A phone of ours for an espeak-ng phoneme; SIL for pauses; None for what has no sound."""
    name = name.strip().lstrip("'\",%=")
    if name == "" or name.startswith("_"):
        return "SIL"
    table = LANGS[lang]["map"]
    if name in table:
        return table[name]
    short = name.rstrip("0123456789#-")
    if short in table:
        return table[short]
    if lang == "zh":
        return short
    raise KeyError(f"phoneme {name!r} is not in the map")


def segments(lang, events, total):
    """[(phone, start, end, text position)] in samples, pauses shorter than 25 ms dropped."""
    out = []
    for i, (start, name, position) in enumerate(events):
        end = events[i + 1][0] if i + 1 < len(events) else total
        phone = phone_name(lang, name)
        if phone is None or end <= start:
            if phone not in (None, "SIL") and end <= start:
                out.append([phone, start, end, position])
            continue
        if phone == "SIL" and (end - start) < 0.025 * 22050:
            if out:
                out[-1][2] = end
            continue
        if phone == "SIL" and out and out[-1][0] == "SIL":
            out[-1][2] = end
            continue
        out.append([phone, start, end, position])
    return out


def split_words(text, segs):
    """The words of a text, and for each segment the number of its word (None: a pause)."""
    words, ends, at = [], [], 0
    for token in text.split(" "):
        at += len(token) + 1
        words.append(token.strip(",.?!"))
        ends.append(at)
    owners = [
        None if phone == "SIL" else min(bisect.bisect_left(ends, position), len(words) - 1)
        for phone, _start, _end, position in segs
    ]
    return words, owners


def word_phones(words, owners, segs):
    """[(word, (phones))]: how each word of an utterance was said."""
    groups = collections.OrderedDict()
    for owner, (phone, *_rest) in zip(owners, segs, strict=False):
        if owner is not None:
            groups.setdefault(owner, []).append(phone)
    return [(words[i], tuple(p)) for i, p in groups.items()]


def hide_words(lang, words, owners, segs, rng):
    """The segments, with some words made one segment of SPN each: what [unk] is trained on.

    Words outside the lexicon are hidden more often, but any word may be, since any word
    may be missing from the grammar of the moment.
    """
    cfg = LANGS[lang]
    core, extra = set(cfg["core"]), set(cfg["extra"])
    hidden = {
        i
        for i, w in enumerate(words)
        if rng.random() < (HIDE[0] if w in core else HIDE[1] if w in extra else HIDE[2])
    }
    out, last = [], None
    for owner, (phone, start, end, _position) in zip(owners, segs, strict=False):
        if owner in hidden and owner is not None:
            if owner == last and out[-1][0] == "SPN":
                out[-1][2] = end
            else:
                out.append(["SPN", start, end])
        else:
            out.append([phone, start, end])
        last = owner
    return out


# --------------------------------------------------------------------------
# Signal processing
# --------------------------------------------------------------------------


def resample(x, ratio):
    """Resample by a Fourier method: len(out) = len(x) * ratio."""
    n = len(x)
    pad = 512
    x = np.concatenate([np.zeros(pad, np.float32), x, np.zeros(pad + (-n) % 1024, np.float32)])
    m = round(len(x) * ratio)
    spectrum = np.fft.rfft(x)
    keep = m // 2 + 1
    if keep <= len(spectrum):
        spectrum = spectrum[:keep]
        edge = max(1, keep // 50)
        spectrum[-edge:] *= np.linspace(1, 0, edge)
    else:
        spectrum = np.concatenate([spectrum, np.zeros(keep - len(spectrum), spectrum.dtype)])
    y = np.fft.irfft(spectrum, m) * (m / len(x))
    a = round(pad * ratio)
    return y[a : a + round(n * ratio)].astype(np.float32)


def shape(x, curve):
    """Filter x by a gain curve: a function of frequency in Hz."""
    n = 1 << (len(x) - 1).bit_length()
    spectrum = np.fft.rfft(x, n)
    return np.fft.irfft(spectrum * curve(np.fft.rfftfreq(n, 1.0 / SR)), n)[: len(x)]


def telephone(x, rng):
    lo, hi = rng.uniform(200, 350), rng.uniform(3200, 3600)

    def curve(f):
        f = np.maximum(f, 1.0)
        return 1 / np.sqrt(1 + (lo / f) ** 8) / np.sqrt(1 + (f / hi) ** 16)

    return shape(x, curve)


def mulaw(x):
    y = np.clip(x / 32768.0, -1, 1)
    q = np.sign(y) * np.log1p(255 * np.abs(y)) / np.log1p(255)
    q = np.round(q * 127) / 127
    return np.sign(q) * (np.power(256.0, np.abs(q)) - 1) / 255 * 32768.0


def noise(n, rng):
    kind = rng.random()
    if kind < 0.35:
        y = rng.standard_normal(n)
    elif kind < 0.76:
        tilt = rng.uniform(0.3, 1.1)
        y = shape(rng.standard_normal(n), lambda f: (np.maximum(f, 30) / 300.0) ** -tilt)
    elif kind < 0.9:
        t = np.arange(n) / SR
        hum = rng.choice([50.0, 60.0, 120.0])
        y = sum(np.sin(2 * np.pi * hum * k * t + rng.uniform(0, 6)) / k for k in range(1, 8))
        y = y + 0.3 * rng.standard_normal(n)
    else:
        y = rng.standard_normal(n)
        envelope = np.repeat(rng.uniform(0, 1, n // 800 + 1) ** 3, 800)[:n]
        y = y * envelope
    return y / (np.sqrt(np.mean(y**2)) + 1e-9)


_mel = lambda f: 1127.0 * np.log(1.0 + f / 700.0)  # noqa: E731


def _tables():
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WIN) / (WIN - 1))) ** 0.85
    edges = np.linspace(_mel(LOW), _mel(HIGH), NMEL + 2)
    mel = _mel(np.arange(NFFT // 2) * SR / NFFT)
    bank = np.zeros((NFFT // 2, NMEL))
    for b in range(NMEL):
        left, centre, right = edges[b : b + 3]
        up, down = (mel - left) / (centre - left), (right - mel) / (right - centre)
        bank[:, b] = np.where((mel > left) & (mel < right), np.minimum(up, down), 0)
    n = np.arange(NMEL) + 0.5
    dct = np.sqrt(2.0 / NMEL) * np.cos(np.pi / NMEL * np.outer(n, np.arange(NCEP)))
    dct[:, 0] = np.sqrt(1.0 / NMEL)
    return window, bank, dct


_WINDOW, _BANK, _DCT = _tables()


def mfcc(x):
    """MFCCs as conf/mfcc.conf below asks for them."""
    count = 1 + (len(x) - WIN) // SHIFT
    frames = np.lib.stride_tricks.sliding_window_view(x, WIN)[::SHIFT][:count].astype(np.float64)
    frames = frames - frames.mean(1, keepdims=True)
    previous = np.concatenate([frames[:, :1], frames[:, :-1]], 1)
    frames = (frames - 0.97 * previous) * _WINDOW
    power = np.abs(np.fft.rfft(frames, NFFT)[:, : NFFT // 2]) ** 2
    return (np.log(np.maximum(power @ _BANK, 1.1920929e-7)) @ _DCT).astype(np.float32)


MFCC_CONF = """--sample-frequency=%d
--use-energy=false
--dither=0.0
--num-mel-bins=%d
--num-ceps=%d
--low-freq=%g
--high-freq=%g
--cepstral-lifter=0
--allow-downsample=true
""" % (SR, NMEL, NCEP, LOW, HIGH)


# --------------------------------------------------------------------------
# Training data
# --------------------------------------------------------------------------

ONSETS = (
    """b bl br ch d dr f fl fr g gl gr h j k kl kr l m n p pl pr r s sh sk sl sm sn
sp st str t th tr v w y z""".split()
    + [""] * 4
)
NUCLEI = "a a e e i i o o u ee oo ai ou ar or er oy ow igh ea".split()
CODAS = "b d ck f g l m n ng p sh s st t th v x z nd nt mp lt rk".split() + [""] * 12


def filler(lang, rng):
    """A word outside the lexicon: a real one or one made up."""
    words = LANGS[lang]["filler"]
    if rng.random() < 0.6:
        return rng.choice(words)
    if lang == "zh":
        return "".join(rng.choice(rng.choice(words)) for _ in range(rng.choice([1, 2, 2, 3])))
    return "".join(
        rng.choice(ONSETS) + rng.choice(NUCLEI) + rng.choice(CODAS)
        for _ in range(rng.choice([1, 1, 2, 2, 2, 3, 4]))
    )


def make_text(lang, rng):
    cfg = LANGS[lang]
    words = lambda k: [rng.choice(cfg["core"]) for _ in range(k)]  # noqa: E731

    def any_word():
        return rng.choice(cfg["core"] if rng.random() < 0.6 else cfg["extra"])

    kind = rng.random()
    if kind < 0.2:
        out = words(rng.choice([1, 1, 1, 2, 3, 4]))
    elif kind < 0.42:
        out = [rng.choice(cfg["digits"]) for _ in range(rng.randint(2, 8))]
    elif kind < 0.62:
        out = []
        for token in rng.choice(cfg["templates"]).split():
            out.append(
                any_word()
                if token == "{w}"
                else rng.choice(cfg["digits"])
                if token == "{d}"
                else filler(lang, rng)
                if token == "{f}"
                else token
            )
    elif kind < 0.76:
        out = [rng.choice(cfg["extra"]) for _ in range(rng.randint(1, 5))]
    else:
        out = [filler(lang, rng) for _ in range(rng.randint(1, 6))]
    style = rng.random()
    if style < 0.35:
        return " ".join(out)
    if style < 0.55:
        return ", ".join(out)
    return " ".join(w + ("," if rng.random() < 0.3 else "") for w in out).rstrip(",")


def pick_voice(cfg, rng, held=False):
    if held:
        return rng.choice(cfg["held_accents"]) + "+" + rng.choice(cfg["held"])
    names, weights = zip(*cfg["accents"], strict=False)
    voice = rng.choices(names, weights)[0]
    return voice if rng.random() < 0.12 else voice + "+" + rng.choice(cfg["variants"])


def pick_rate(rng, held=False):
    if held:
        return rng.choice(HELD_RATES)
    while True:
        rate = int(rng.triangular(85, 245, 165))
        if all(abs(rate - h) > 2 for h in HELD_RATES):
            return rate


def distort(x, rng, nrng):
    """What a call does to speech: band, echo, noise, level, coding."""
    if rng.random() < 0.3:
        tilt = rng.uniform(-0.35, 0.35)
        x = shape(x, lambda f: (np.maximum(f, 100) / 1000.0) ** tilt)
    if rng.random() < 0.12:
        decay = rng.uniform(0.02, 0.08)
        n = int(decay * 6 * SR)
        tail = nrng.standard_normal(n) * np.exp(-np.arange(n) / (decay * SR))
        tail *= rng.uniform(0.1, 0.5) / np.sqrt(np.sum(tail**2))
        tail[0] += 1
        size = 1 << (len(x) + n).bit_length()
        x = np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(tail, size), size)[: len(x)]
    level = np.sqrt(np.mean(x**2)) + 1e-6
    if rng.random() < 0.6:
        x = x + noise(len(x), nrng) * level * 10 ** (-rng.uniform(8, 45) / 20)
    if rng.random() < 0.55:
        x = telephone(x, rng)
    peak = np.max(np.abs(x)) + 1e-6
    x = x * (32767 * 10 ** (-rng.uniform(0, 26) / 20) / peak)
    if rng.random() < 0.03:
        x = x * rng.uniform(1.5, 3)  # clipped
    if rng.random() < 0.3:
        x = mulaw(x)
    return np.clip(np.round(x), -32768, 32767).astype(np.float32)


def make_utterance(espeak, lang, rng):
    """(features, phone segments in seconds, [(word, phones)]) of one training utterance."""
    cfg = LANGS[lang]
    nrng = np.random.default_rng(rng.getrandbits(32))
    text = make_text(lang, rng)
    voice = pick_voice(cfg, rng)
    # a low pitch with a wide spread makes espeak-ng loop for ever on tones
    pitch, spread = (
        (rng.randint(10, 90), rng.randint(20, 80))
        if lang == "en"
        else (rng.randint(35, 90), rng.randint(25, 55))
    )
    audio, events = espeak.speak(text, voice, pick_rate(rng), pitch, spread, rng.choice([0, 0, 0, 1, 3, 8]))
    try:
        segs = segments(lang, events, len(audio))
    except KeyError:  # a sound that is not in the map
        return None
    if not segs or len(audio) < 2000 or any(name.startswith("(") for _, name, _ in events):
        return None  # nothing said, or in another language
    spoken, owners = split_words(text, segs)
    words = word_phones(spoken, owners, segs)
    segs = hide_words(lang, spoken, owners, segs, rng)
    speed = rng.uniform(0.88, 1.14) if rng.random() < 0.5 else 1.0
    ratio = SR / espeak.rate / speed
    x = resample(audio, ratio)
    lead, trail = int(rng.uniform(0.0, 0.7) * SR), int(rng.uniform(0.1, 0.9) * SR)
    x = np.concatenate([np.zeros(lead, np.float32), x, np.zeros(trail, np.float32)])
    if rng.random() < 0.05:  # a tone or a click before the speech
        n = min(lead, int(rng.uniform(0.05, 0.4) * SR))
        t = np.arange(n) / SR
        tone = sum(
            np.sin(2 * np.pi * f * t)
            for f in rng.sample([350, 440, 480, 620, 697, 770, 852, 941, 1209, 1336, 1477, 1000], 2)
        )
        x[:n] += tone * rng.uniform(500, 6000)
    x = distort(x, rng, nrng)
    timed = [(p, lead / SR + a * ratio / SR, lead / SR + b * ratio / SR) for p, a, b in segs]
    return mfcc(x), timed, words


def frame_labels(timed, frames, index):
    """Label of each network output: 2 * phone for a phone's first frame, + 1 for the others."""
    outputs = (frames + SUB - 1) // SUB
    step, centre = SUB * SHIFT / SR, WIN / 2 / SR
    phones, starts = ["SIL"], [0]
    for phone, a, _b in timed:
        at = max(0, math.ceil((a - centre) / step))
        if phones[-1] == phone == "SIL":
            continue
        if at <= starts[-1]:
            if phones[-1] == "SIL" and starts[-1] == 0 and len(phones) == 1:
                phones, starts = [], []  # speech from the first frame on
                at = 0
            else:
                at = starts[-1] + 1
        phones.append(phone)
        starts.append(at)
    if phones[-1] != "SIL":
        phones.append("SIL")
        starts.append(max(starts[-1] + 1, math.ceil((timed[-1][2] - centre) / step)))
    labels = np.full(outputs, 2 * index["SIL"] + 1, np.int16)
    for i, (phone, at) in enumerate(zip(phones, starts, strict=False)):
        end = min(starts[i + 1] if i + 1 < len(starts) else outputs, outputs)
        if at < end:
            labels[at:end] = 2 * index[phone] + 1
            labels[at] = 2 * index[phone]
    return labels


def _data_worker(job):
    lang, seed, count = job
    espeak, rng = Espeak(), random.Random(seed)
    out = []
    while len(out) < count:
        made = make_utterance(espeak, lang, rng)
        if made:
            features, timed, words = made
            out.append((features.astype(np.float16), timed, words))
    return out


def make_data(lang, count, jobs, seed):
    """All training utterances, and how each word was said."""
    step = 250
    work = [(lang, seed * 100003 + i, min(step, count - i)) for i in range(0, count, step)]
    utterances, said = [], collections.defaultdict(collections.Counter)
    start = time.time()
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for i, part in enumerate(pool.imap(_data_worker, work)):
            for features, timed, words in part:
                utterances.append((features, timed))
                for word, phones in words:
                    said[word][phones] += 1
            if i % 10 == 0:
                print(
                    "data: %d of %d utterances, %.0f s" % (len(utterances), count, time.time() - start),
                    flush=True,
                )
    hours = sum(len(f) for f, _ in utterances) * SHIFT / SR / 3600
    print(f"data: {hours:.1f} hours in {time.time() - start:.0f} s")
    return utterances, said


def collect_prons(lang, words, said=None):
    """word -> {phones: share}: how the training voices say each word."""
    espeak, cfg = Espeak(), LANGS[lang]
    out = {}
    for word in words:
        counts = collections.Counter()
        for accent, weight in cfg["accents"]:
            _audio, events = espeak.speak(word, accent)
            segs = segments(lang, events, len(_audio))
            phones = tuple(p for p, *_ in segs if p != "SIL")
            if phones:
                counts[phones] += 2 * weight
        total = sum(counts.values())
        shares = {p: c / total for p, c in counts.items()}
        if said and sum(said.get(word, {}).values()) >= 20:
            total = sum(said[word].values())
            for phones, c in said[word].items():
                if c / total >= 0.03:
                    shares[phones] = max(shares.get(phones, 0), c / total)
        out[word] = shares
    return out


# --------------------------------------------------------------------------
# Training
# --------------------------------------------------------------------------

LAYERS = [1, 1, 1, 2, 2]  # dilation, in outputs, of each layer after the first
FIRST = 2  # the first layer sees frames -2..2
CONTEXT = FIRST + SUB * sum(LAYERS)


def build_net(dim, classes):
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = nn.BatchNorm1d(NCEP, affine=False)
            self.convs = nn.ModuleList([nn.Conv1d(NCEP, dim, 2 * FIRST + 1, stride=SUB)])
            self.norms = nn.ModuleList([nn.BatchNorm1d(dim)])
            for dilation in LAYERS:
                self.convs.append(nn.Conv1d(dim, dim, 3, dilation=dilation))
                self.norms.append(nn.BatchNorm1d(dim))
            self.out = nn.Conv1d(dim, classes, 1)
            self.drop = nn.Dropout(0.1)

        def forward(self, x):
            x = self.norm(x)
            for conv, norm in zip(self.convs, self.norms, strict=False):
                x = self.drop(torch.relu(norm(conv(x))))
            return self.out(x)

    return Net()


def make_stream(utterances, index):
    """All utterances in one stream of frames, edges repeated as the decoder does it."""
    frames, labels = [], []
    left = CONTEXT + (-CONTEXT) % SUB
    for features, timed in utterances:
        outputs = (len(features) + SUB - 1) // SUB
        right = left + outputs * SUB - len(features)
        frames.append(
            np.concatenate([np.repeat(features[:1], left, 0), features, np.repeat(features[-1:], right, 0)])
        )
        mark = np.full(left // SUB, -1, np.int16)
        labels.append(np.concatenate([mark, frame_labels(timed, len(features), index), mark]))
    return np.concatenate(frames), np.concatenate(labels)


def train(utterances, index, dim, epochs, threads, seed):
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    classes = 2 * len(index)
    held = max(50, len(utterances) // 100)
    data, target = make_stream(utterances[held:], index)
    data, target = torch.from_numpy(data), torch.from_numpy(target).long()
    dev_x, dev_y = make_stream(utterances[:held], index)
    dev_x = torch.from_numpy(dev_x).float()
    dev_y = torch.from_numpy(dev_y).long()
    chunk, batch = 80, 64
    need = chunk * SUB + 2 * CONTEXT
    net = build_net(dim, classes)
    print(
        "net: %d parameters, %d classes, %d frames"
        % (sum(p.numel() for p in net.parameters()), classes, len(data))
    )
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-3)
    last = (len(data) - need) // SUB - 1
    steps = max(1, len(target) // (chunk * batch))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=3e-3, total_steps=epochs * steps, pct_start=0.15
    )
    offsets = torch.arange(need)
    starts_of = torch.arange(chunk) + (CONTEXT + (-CONTEXT) % SUB) // SUB
    # output k of a chunk that begins at frame SUB * s is centred on frame
    # SUB * s + CONTEXT + SUB * k
    shift = (-CONTEXT) % SUB
    for epoch in range(epochs):
        net.train()
        begun, total, seen = time.time(), 0.0, 0
        for _ in range(steps):
            s = torch.randint(0, last, (batch,))
            x = data[s[:, None] * SUB + shift + offsets].float().transpose(1, 2)
            y = target[s[:, None] + starts_of]
            logits = net(x)[:, :, :chunk]
            loss = torch.nn.functional.cross_entropy(logits, y, ignore_index=-1)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            total += loss.item()
            seen += 1
        net.eval()
        with torch.no_grad():
            logits = net(dev_x[shift:].t()[None])[0]
            first = (CONTEXT + shift) // SUB
            y = dev_y[first : first + logits.shape[1]]
            logits = logits[:, : len(y)]
            keep = y >= 0
            dev_loss = torch.nn.functional.cross_entropy(logits.t()[keep], y[keep]).item()
            right = (logits.argmax(0) == y)[keep].float().mean().item()
            phone = ((logits.argmax(0) // 2) == (y // 2))[keep].float().mean().item()
        print(
            "epoch %d: loss %.3f, dev loss %.3f, frames right %.3f, phones right %.3f, %.0f s"
            % (epoch + 1, total / seen, dev_loss, right, phone, time.time() - begun),
            flush=True,
        )
    # priors: the network's mean output on (some of) the training data
    with torch.no_grad():
        some = data[shift : shift + 600000 * SUB // SUB].float().t()[None]
        post = torch.softmax(net(some)[0], 0)
        first = (CONTEXT + shift) // SUB
        y = target[first : first + post.shape[1]]
        priors = post[:, : len(y)][:, y >= 0].mean(1).numpy()
    return fold(net), priors / priors.sum()


def fold(net):
    """[(weights in the decoder's column order, bias)] with the normalisations folded in."""
    layers = []
    mean, var = net.norm.running_mean.numpy(), net.norm.running_var.numpy()
    scale_in = 1 / np.sqrt(var + net.norm.eps)
    for i, (conv, norm) in enumerate(zip(net.convs, net.norms, strict=False)):
        w = conv.weight.detach().numpy().astype(np.float64)  # out, in, time
        b = conv.bias.detach().numpy().astype(np.float64)
        if i == 0:
            w = w * scale_in[None, :, None]
            b = b - (w * mean[None, :, None]).sum((1, 2))
        g = (norm.weight.detach() / torch_sqrt(norm.running_var + norm.eps)).numpy()
        w = w * g[:, None, None]
        b = (b - norm.running_mean.numpy()) * g + norm.bias.detach().numpy()
        layers.append((w.transpose(0, 2, 1).reshape(len(w), -1).astype(np.float32), b.astype(np.float32)))
    layers.append(
        (
            net.out.weight.detach().numpy()[:, :, 0].astype(np.float32),
            net.out.bias.detach().numpy().astype(np.float32),
        )
    )
    return layers


def torch_sqrt(x):
    import torch

    return torch.sqrt(x)


# --------------------------------------------------------------------------
# am/final.mdl
# --------------------------------------------------------------------------


class Writer:
    """The binary forms of the values in final.mdl."""

    def __init__(self):
        self.parts = [b"\0B"]

    def raw(self, data):
        self.parts.append(data)

    def token(self, *names):
        for name in names:
            self.parts.append(name.encode() + b" ")

    def int(self, *values):
        for value in values:
            self.parts.append(struct.pack("<bi", 4, value))

    def float(self, *values):
        for value in values:
            self.parts.append(struct.pack("<bf", 4, value))

    def double(self, value):
        self.parts.append(struct.pack("<bd", 8, value))

    def ints(self, values):
        self.parts.append(struct.pack("<bi", 4, len(values)) + np.asarray(values, "<i4").tobytes())

    def vector(self, values):
        self.token("FV")
        self.int(len(values))
        self.parts.append(np.asarray(values, "<f4").tobytes())

    def matrix(self, m, width):
        """width 4: floats; 2 or 1: that many bytes an element, on a linear scale."""
        rows, cols = m.shape
        if width == 4:
            self.token("FM")
            self.int(rows, cols)
            self.parts.append(np.ascontiguousarray(m, "<f4").tobytes())
            return
        top = 65535 if width == 2 else 255
        low, reach = float(m.min()), float(m.max() - m.min())
        self.token("CM2" if width == 2 else "CM3")
        self.parts.append(struct.pack("<ffii", low, reach, rows, cols))
        q = np.clip(np.round((m - low) / reach * top), 0, top)
        self.parts.append(q.astype("<u2" if width == 2 else "u1").tobytes())


def phone_table(phones):
    """[(name, word position, base phone index)]; SIL is phone 1, SPN (for [unk]) phone 2."""
    table = [("SIL", "nonword", 0), ("SPN", "singleton", 1)]
    for i, phone in enumerate(phones[2:], 2):
        for suffix, kind in (("_B", "begin"), ("_E", "end"), ("_I", "internal"), ("_S", "singleton")):
            table.append((phone + suffix, kind, i))
    return table


def write_model(path, layers, priors, table, width):
    w = Writer()
    ids = list(range(1, len(table) + 1))
    w.token("<TransitionModel>", "<Topology>")
    w.ints(ids)
    w.ints([-1] + [0] * len(ids))
    w.int(-1, 1, 2)  # "two pdfs a state" form; 1 entry of 2 states
    w.int(0, 1, 2, 0)  # state 0: pdf 0 on entry, 1 on its loop; to itself
    w.float(0.5)
    w.int(1)  # or out
    w.float(0.5)
    w.int(-1, -1, 0)  # state 1: the end
    w.token("</Topology>", "<Tuples>")
    w.int(len(table))
    for phone, (_name, _kind, base) in zip(ids, table, strict=False):
        w.int(phone, 0, 2 * base, 2 * base + 1)
    w.token("</Tuples>", "<LogProbs>")
    w.vector([0.0] + [math.log(0.5)] * (2 * len(table)))
    w.token("</LogProbs>", "</TransitionModel>")

    w.token("<Nnet3>")
    lines, source, count = ["input-node name=input dim=%d" % NCEP], "input", len(layers)
    offsets = [list(range(-FIRST, FIRST + 1))] + [[-SUB * d, 0, SUB * d] for d in LAYERS]
    for i in range(count - 1):
        spliced = ", ".join(source if o == 0 else "Offset(%s, %d)" % (source, o) for o in offsets[i])
        lines.append("component-node name=affine%d component=affine%d input=Append(%s)" % (i, i, spliced))
        lines.append("component-node name=relu%d component=relu%d input=affine%d" % (i, i, i))
        source = "relu%d" % i
    lines.append("component-node name=affine%d component=affine%d input=%s" % (count - 1, count - 1, source))
    lines.append("component-node name=logsoftmax component=logsoftmax input=affine%d" % (count - 1))
    lines.append("output-node name=output input=logsoftmax objective=linear")
    w.raw(("\n" + "\n".join(lines) + "\n\n").encode())

    def nonlinear(name, kind, dim):
        w.token("<ComponentName>", name, f"<{kind}>", "<Dim>")
        w.int(dim)
        w.token("<ValueAvg>")
        w.vector([])
        w.token("<DerivAvg>")
        w.vector([])
        w.token("<Count>")
        w.double(0.0)
        w.token(f"</{kind}>")

    w.token("<NumComponents>")
    w.int(2 * count)
    for i, (weights, bias) in enumerate(layers):
        w.token("<ComponentName>", "affine%d" % i, "<FixedAffineComponent>", "<LinearParams>")
        w.matrix(weights, width)
        w.token("<BiasParams>")
        w.vector(bias)
        w.token("</FixedAffineComponent>")
        if i < count - 1:
            nonlinear("relu%d" % i, "RectifiedLinearComponent", len(bias))
        else:
            nonlinear("logsoftmax", "LogSoftmaxComponent", len(bias))
    w.token("</Nnet3>", "<LeftContext>")
    w.int(CONTEXT)
    w.token("<RightContext>")
    w.int(CONTEXT)
    w.token("<Priors>")
    w.vector(priors)
    with open(path, "wb") as f:
        f.write(b"".join(w.parts))


# --------------------------------------------------------------------------
# graph/
# --------------------------------------------------------------------------


class Fst:
    def __init__(self):
        self.arcs, self.final = [], []

    def state(self):
        self.arcs.append([])
        self.final.append(float("inf"))
        return len(self.arcs) - 1

    def arc(self, a, ilabel, olabel, cost, b):
        self.arcs[a].append((ilabel, olabel, cost, b))

    def write(self, path, key):
        """OpenFst's "vector" type; arcs sorted by key (0 input, 1 output label)."""
        total = sum(len(a) for a in self.arcs)
        out = [struct.pack("<i", 2125659606)]
        for name in (b"vector", b"standard"):
            out.append(struct.pack("<i", len(name)) + name)
        out.append(struct.pack("<iiQqqq", 2, 0, 3, 0, len(self.arcs), total))
        for arcs, final in zip(self.arcs, self.final, strict=False):
            out.append(struct.pack("<fq", final, len(arcs)))
            for i, o, c, n in sorted(arcs, key=lambda arc: (arc[key], arc[1 - key], arc[3])):
                out.append(struct.pack("<iifi", i, o, c, n))
        with open(path, "wb") as f:
            f.write(b"".join(out))


def write_graph(out, table, prons, core, unk_cost, unk_frame, sil_cost=0.7):
    """words.txt, HCLr.fst (words to transition-ids), Gr.fst (any words in any order)."""
    graph = os.path.join(out, "graph")
    os.makedirs(os.path.join(graph, "phones"), exist_ok=True)
    words = ["<eps>", *sorted(prons), "[unk]", "#0", "<s>", "</s>"]
    number = {w: i for i, w in enumerate(words)}
    with open(os.path.join(graph, "words.txt"), "w", encoding="utf8") as f:
        f.writelines("%s %d\n" % (w, i) for w, i in number.items())
    with open(os.path.join(graph, "phones.txt"), "w", encoding="utf8") as f:
        f.write("<eps> 0\n")
        f.writelines("%s %d\n" % (name, i) for i, (name, _, _) in enumerate(table, 1))
    with open(os.path.join(graph, "phones", "word_boundary.int"), "w") as f:
        f.writelines("%d %s\n" % (i, kind) for i, (_, kind, _) in enumerate(table, 1))
    # no disambiguation symbols are needed: a word's label is on its first arc.  The file
    # must not be empty of sense, so it names an input label that is never used.
    with open(os.path.join(graph, "disambig_tid.int"), "w") as f:
        f.write("%d\n" % (2 * len(table) + 1))
    phone_id = {name: i for i, (name, _, _) in enumerate(table, 1)}

    def enter(phone):  # the transition-ids of a phone: 2p-1 its loop, 2p its way on
        return 2 * phone_id[phone]

    def loop(phone):
        return 2 * phone_id[phone] - 1

    fst = Fst()

    def after(phone):  # the state just after entering a phone: it may stay there
        s = fst.state()
        fst.arc(s, loop(phone), 0, 0.0, s)
        return s

    start, hub = fst.state(), fst.state()
    fst.final[hub] = 0.0
    silence = after("SIL")
    fst.arc(start, 0, 0, sil_cost, hub)
    fst.arc(start, enter("SIL"), 0, sil_cost, silence)
    fst.arc(silence, 0, 0, 0.0, hub)
    ended = fst.state()  # after a word: silence or none
    fst.arc(ended, 0, 0, sil_cost, hub)
    fst.arc(ended, enter("SIL"), 0, sil_cost, silence)
    for word in sorted(prons):
        best = max(prons[word].values())
        for pron, share in sorted(prons[word].items()):
            cost = -math.log(share / best) * 0.5
            names = [
                p + ("_S" if len(pron) == 1 else "_B" if i == 0 else "_E" if i == len(pron) - 1 else "_I")
                for i, p in enumerate(pron)
            ]
            at, label = hub, number[word]
            for name in names:
                following = after(name)
                fst.arc(at, enter(name), label, cost, following)
                at, label, cost = following, 0, 0.0
            fst.arc(at, 0, 0, 0.0, ended)
    first, then = fst.state(), fst.state()  # [unk]: SPN for at least two outputs
    fst.arc(hub, enter("SPN"), number["[unk]"], unk_cost + unk_frame, first)
    fst.arc(first, loop("SPN"), 0, unk_frame, then)
    fst.arc(then, loop("SPN"), 0, unk_frame, then)
    fst.arc(then, 0, 0, 0.0, ended)
    fst.write(os.path.join(graph, "HCLr.fst"), 1)

    lm = Fst()
    lm.state()
    weights = {w: 1.0 if w in core else 0.1 for w in prons}
    weights["[unk]"] = 1.0
    total = sum(weights.values())
    for word, weight in weights.items():
        lm.arc(0, number[word], number[word], -math.log(0.8 * weight / total), 0)
    lm.final[0] = -math.log(0.2)
    lm.write(os.path.join(graph, "Gr.fst"), 0)


MODEL_CONF = """--min-active=200
--max-active=3000
--beam=%g
--lattice-beam=%g
--acoustic-scale=%g
--frame-subsampling-factor=%d
--determinize-max-delay=15
--determinize-min-chunk-size=5
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.75
--endpoint.rule4.min-trailing-silence=1.0
"""

README = """A tiny Vosk model made from speech that espeak-ng synthesised; see
make_model.py.  It knows the words in graph/lexicon.txt and [unk], and is meant for
tests of programs that use Vosk, not for callers: it never heard a person.
"""


def write_lexicon(out, prons):
    with open(os.path.join(out, "graph", "lexicon.txt"), "w", encoding="utf8") as f:
        for word in sorted(prons):
            for pron, share in sorted(prons[word].items(), key=lambda item: -item[1]):
                f.write("{} {:.3f} {}\n".format(word, share, " ".join(pron)))


def read_lexicon(out):
    prons = {}
    with open(os.path.join(out, "graph", "lexicon.txt"), encoding="utf8") as f:
        for line in f:
            word, share, *pron = line.split()
            prons.setdefault(word, {})[tuple(pron)] = float(share)
    return prons


def read_phones(out):
    phones = []
    with open(os.path.join(out, "graph", "phones.txt"), encoding="utf8") as f:
        for line in f:
            name = line.split()[0]
            base = name if name in ("SIL", "SPN") else name[:-2]
            if name != "<eps>" and base not in phones:
                phones.append(base)
    return phones


def write_all(out, lang, layers, priors, phones, prons, args):
    for folder in ("am", "conf", "graph/phones"):
        os.makedirs(os.path.join(out, folder), exist_ok=True)
    table = phone_table(phones)
    if layers is not None:
        write_model(os.path.join(out, "am", "final.mdl"), layers, priors, table, args.width)
    write_graph(out, table, prons, set(LANGS[lang]["core"]), args.unk_cost, args.unk_frame)
    write_lexicon(out, prons)
    with open(os.path.join(out, "conf", "mfcc.conf"), "w") as f:
        f.write(MFCC_CONF)
    with open(os.path.join(out, "conf", "model.conf"), "w") as f:
        f.write(MODEL_CONF % (args.beam, args.lattice_beam, args.acoustic_scale, SUB))
    with open(os.path.join(out, "README"), "w") as f:
        f.write(README)


# --------------------------------------------------------------------------
# Test with Vosk
# --------------------------------------------------------------------------


def make_test(lang, count, seed, kind, condition, unseen=False):
    """[(text, int16 samples at the condition's rate)] with voices and rates not trained on."""
    cfg = LANGS[lang]
    espeak, rng = Espeak(), random.Random(seed)
    out = []
    for i in range(count):
        if kind == "word":
            words = [cfg["core"][i % len(cfg["core"])]]
        elif kind == "digits":
            words = [rng.choice(cfg["digits"]) for _ in range(rng.randint(3, 8))]
        elif kind == "oov":
            words = [cfg["oov"][i % len(cfg["oov"])]]
        else:
            words = [rng.choice(cfg["core"]) for _ in range(rng.randint(2, 4))]
        voice = pick_voice(cfg, rng, True)
        if unseen:
            voice = rng.choice(cfg["unseen_accents"]) + "+" + voice.split("+")[1]
        sep = " " if rng.random() < 0.6 else ", "
        audio, _ = espeak.speak(sep.join(words), voice, pick_rate(rng, True), rng.choice([35, 50, 65]), 50)
        assert len(audio) > 2000, (voice, words)
        nrng = np.random.default_rng(rng.getrandbits(32))
        if condition == "16k":
            x = resample(audio, 16000 / espeak.rate)
            x = np.concatenate([np.zeros(4000), x, np.zeros(9600)]) * 0.5
        else:
            x = resample(audio, SR / espeak.rate)
            x = np.concatenate([np.zeros(2000), x, np.zeros(4800)]) * 0.5
            if condition == "phone":
                x = x + noise(len(x), nrng) * np.sqrt(np.mean(x**2)) * 10 ** (-rng.uniform(12, 30) / 20)
                x = mulaw(telephone(x, rng) * 0.8)
        out.append((words, np.clip(np.round(x), -32768, 32767).astype("<i2")))
    return out


def errors(ref, hyp):
    row = list(range(len(hyp) + 1))
    for i, r in enumerate(ref, 1):
        previous, row[0] = row[0], i
        for j, h in enumerate(hyp, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (r != h))
    return row[-1]


def recognise(model, samples, rate, grammar=None, chunk=0.2):
    from vosk import KaldiRecognizer

    rec = KaldiRecognizer(model, rate, grammar) if grammar else KaldiRecognizer(model, rate)
    words, step = [], int(chunk * rate)
    for i in range(0, len(samples), step):
        if rec.AcceptWaveform(samples[i : i + step].tobytes()):
            words += json.loads(rec.Result())["text"].split()
    return words + json.loads(rec.FinalResult())["text"].split()


def evaluate(out, lang, count, seed, show=0):
    import vosk

    vosk.SetLogLevel(-1)
    cfg = LANGS[lang]
    begun = time.time()
    model = vosk.Model(out)
    print("loaded in %.2f s" % (time.time() - begun))
    menu = json.dumps(cfg["core"] + ["[unk]"], ensure_ascii=False)
    digits = json.dumps(cfg["digits"] + ["[unk]"], ensure_ascii=False)
    small = cfg["core"][11:14] if lang == "en" else cfg["core"][10:13]
    tests = [("word", menu), ("words", menu), ("digits", digits), ("digits", menu), ("words", None)]
    results = {}
    for condition in ("16k", "8k", "phone"):
        rate = 16000 if condition == "16k" else SR
        for unseen in (False, True) if cfg["unseen_accents"] else (False,):
            for kind, grammar in tests:
                if unseen and grammar is None:
                    continue
                wrong = total = whole = unk = 0
                data = make_test(lang, count, seed, kind, condition, unseen)
                begun = time.time()
                for ref, samples in data:
                    hyp = recognise(model, samples, rate, grammar)
                    bad = errors(ref, hyp)
                    wrong, total, whole = wrong + bad, total + len(ref), whole + (bad == 0)
                    unk += hyp.count("[unk]")
                    if bad and show:
                        print("   ", " ".join(ref), "->", " ".join(hyp))
                        show -= 1
                seconds = sum(len(s) for _, s in data) / rate
                name = "%-5s %-6s grammar %-6s %s" % (
                    condition,
                    kind,
                    "none" if grammar is None else "menu" if grammar == menu else "digits",
                    "unseen accents" if unseen else "",
                )
                results[name] = 1 - wrong / total
                print(
                    "%-42s word accuracy %5.1f%%  utterances right %5.1f%%  [unk] %d  "
                    "(%.0fx real time)"
                    % (
                        name,
                        100 * (1 - wrong / total),
                        100 * whole / len(data),
                        unk,
                        seconds / (time.time() - begun),
                    ),
                    flush=True,
                )
        grammars = [("menu", menu), ("of three", json.dumps([*small, "[unk]"], ensure_ascii=False))]
        for name, grammar in grammars:
            data = make_test(lang, count, seed, "oov", condition)
            refused = sum(set(recognise(model, s, rate, grammar)) <= {"[unk]"} for _, s in data)
            print(
                "%-42s refused %5.1f%%"
                % (
                    "%-5s words not in the lexicon, grammar %s" % (condition, name),
                    100 * refused / len(data),
                ),
                flush=True,
            )
    return results


# --------------------------------------------------------------------------


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["all", "data", "train", "graph", "eval"])
    parser.add_argument("--lang", choices=sorted(LANGS), default="en")
    parser.add_argument("--out", required=True, help="the model's folder")
    parser.add_argument("--work", help="scratch folder (default: OUT.work)")
    parser.add_argument("--words", help="file of more words for the lexicon, one a line")
    parser.add_argument("--utterances", type=int, default=26000)
    parser.add_argument("--epochs", type=int, default=13)
    parser.add_argument("--dim", type=int, default=192, help="width of the network")
    parser.add_argument(
        "--width", type=int, choices=[1, 2, 4], default=2, help="bytes a weight takes in final.mdl"
    )
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--acoustic-scale", type=float, default=0.35)
    parser.add_argument("--beam", type=float, default=14)
    parser.add_argument("--lattice-beam", type=float, default=5)
    parser.add_argument("--unk-cost", type=float, help="more: [unk] less often; may be negative")
    parser.add_argument("--unk-frame", type=float, help="the same, for each 30 ms of an [unk]")
    parser.add_argument("--tests", type=int, default=100, help="utterances a test")
    parser.add_argument("--show", type=int, default=0, help="print so many errors")
    args = parser.parse_args()
    cfg = LANGS[args.lang]
    if args.unk_cost is None:
        args.unk_cost = cfg["unk"][0]
    if args.unk_frame is None:
        args.unk_frame = cfg["unk"][1]
    work = args.work or args.out.rstrip("/") + ".work"
    if args.what in ("all", "data", "train"):
        os.makedirs(work, exist_ok=True)
    data_file, net_file = os.path.join(work, "data.pkl"), os.path.join(work, "net.npz")
    if args.what in ("all", "data"):
        utterances, said = make_data(args.lang, args.utterances, args.jobs, args.seed)
        with open(data_file, "wb") as f:
            pickle.dump((utterances, {w: dict(c) for w, c in said.items()}), f, protocol=4)
    if args.what in ("all", "train"):
        with open(data_file, "rb") as f:
            utterances, said = pickle.load(f)
        counts = collections.Counter(p for _, timed in utterances for p, _, _ in timed)
        print("phones:", dict(counts))
        phones = ["SIL", "SPN", *sorted(p for p in counts if p not in ("SIL", "SPN"))]
        index = {p: i for i, p in enumerate(phones)}
        layers, priors = train(utterances, index, args.dim, args.epochs, args.jobs, args.seed)
        arrays = {
            "priors": priors,
            "phones": np.array(json.dumps(phones)),
            "said": np.array(json.dumps({w: [[list(p), n] for p, n in c.items()] for w, c in said.items()})),
        }
        for i, (weights, bias) in enumerate(layers):
            arrays["w%d" % i], arrays["b%d" % i] = weights, bias
        np.savez(net_file, **arrays)
    if args.what in ("all", "train", "graph"):
        words, prons = list(dict.fromkeys(cfg["core"] + cfg["extra"])), {}
        layers = priors = None
        if os.path.exists(net_file):
            with np.load(net_file) as saved:
                phones = json.loads(str(saved["phones"]))
                said = {w: {tuple(p): n for p, n in c} for w, c in json.loads(str(saved["said"])).items()}
                layers = [(saved["w%d" % i], saved["b%d" % i]) for i in range(len(LAYERS) + 2)]
                priors = saved["priors"]
        else:  # a finished model: its network stays as it is
            phones, said, prons = read_phones(args.out), None, read_lexicon(args.out)
        if args.words:
            with open(args.words, encoding="utf8") as f:
                words += [w.strip() for w in f if w.strip() and w.strip() not in words]
        prons.update(collect_prons(args.lang, [w for w in words if w not in prons], said))
        known = set(phones)
        for word in list(prons):
            prons[word] = {p: s for p, s in prons[word].items() if set(p) <= known}
            if not prons[word]:
                print("left out (no known pronunciation):", word)
                del prons[word]
        write_all(args.out, args.lang, layers, priors, phones, prons, args)
        size = sum(os.path.getsize(os.path.join(d, f)) for d, _, files in os.walk(args.out) for f in files)
        print("model: %s, %d words, %.2f MB" % (args.out, len(prons), size / 1e6))
    if args.what in ("all", "eval"):
        evaluate(args.out, args.lang, args.tests, args.seed + 12345, args.show)
    return 0


if __name__ == "__main__":
    sys.exit(main())
