"""What no reply may say back: illness, money, bodies, insults, politics, charges against somebody, odd marks."""

from __future__ import annotations

import re

from replies.triage.reading import Reader

__all__ = ["about_health", "harmless", "harmless_word", "touches_health"]

_HEALTH = (
    r"癌|瘤|抑郁|艾滋|流产|堕胎|手术|住院|化疗|糖尿|血压|血糖|升糖|糖指数|葡萄糖|血管|血脂|确诊|病历|尿毒|瘫|残疾|自杀|去世|过世|病逝|疫苗|"
    r"医|看病|(?<!毛)病|(?<![热心])血(?!性|本)|(?<!心)疼|痛(?!快|苦|失|心|哭)|炎(?!热|夏|黄)|药(?!水)|毒|死(?!板|磕|心眼|记|活|胡同)|尸|葬|遗书|遗体|"
    r"治疗|疗法|疗效|食疗|症状|症(?!结)|细菌|感染|过敏|剂量|营养|维生素|堕|减肥|减重|肝|肾|肠|胃(?!口)|肺|免疫|孕|怀胎|保健|偏方|"
    r"致命|中风|心脏|心肌|骨折|溃|失明|失智|皮肤(?:病|炎|癌)|消化|代谢|激素|荷尔蒙|酸痛|食品安全|添加剂|农药|辐射|少吃|多吃|饮食|喝.{0,3}水|"
    r"益生菌|止痒|脱发|头皮|寿命|鼻|缺氧|记忆力|注意力|头痛|视觉|豬瘟|猪瘟|瘟|粪|寄生虫|维他命|维命|胺基酸|氨基酸|脂肪|胆固醇|拉伤|肿|扭伤|冰敷|罹|患者|病人|疾|中毒|食用|服用|防腐|重金属|过量|摄取|摄入|吸烟|抽烟|戒烟|睡眠|失眠|蛋白质|热量|卡路里|养生|排毒|抗氧化|视力|近视|打针|输液|细胞|心理问题|精神病|精神疾|急救|CPR"
)
_MONEY = (
    r"\d+(?:\.\d+)?\s*(?:元|块|万|w|k|千|百|亿|美元|美金|刀|%)|[一二两三四五六七八九十百千几]+(?:万|千|百|亿)|"
    r"[一二两三四五六七八九十几]+块|月薪|年薪|存款|贷款|欠债|债|房贷|车贷|借钱|赔钱|股票|股价|股市|基金|"
    r"利息|利率|费率|费用|保费|缴费|税|退休金|年金|投资|理财|元/|奖金|赚|亏损|"
    r"身份证|银行|地址|电话|手机号|账号|帐号|密码|\d{5}"
)
# Money in general may be spoken of (婚姻不是用钱衡量的), sums and anybody's own purse may not.
_PURSE = re.compile(r"钱|彩礼|嫁妆|收入|工资|薪|税|赔")
_SOMEBODYS = re.compile(
    r"[\d一二两三四五六七八九十百千万几]|我|俺|咱|你|他|她|人家|家里|给|借|欠|骗|贪|拿|要|花|"
    r"赚|挣|涨|跌|倍|多少"
)
_RUDE = (
    r"屁|瞎(?!子)|嘴硬|毫无逻辑|大言不惭|什么脸|脸说|白皮|白左|恋童|仙人跳|废话|不啪|chun|滚|他妈|特么|tmd|操(?!场|作|心|劳|持|练|控|办)|艹|卧槽|我靠|我去(?!了|过)|屎|放屁|[傻牛装苦二]逼|鸡巴|屌|婊|贱|傻|蠢|"
    r"滚(?!烫|动|滚)|垃圾(?!分类)|恶心|脑残|废物|畜|渣|(?<!诈)骗|打脸|喷子|杠精|水军|崽子|洗地|智商|不要脸|嘴脸|丑[陋恶死]|真丑|"
    r"脑子|有病|神经|变态|猥琐|下头|普信|舔|黑子|孝子|逆天|阴间|畜生|狗(?!粮|狗|子|勾)|猪|绿茶|圣母|脸皮|无耻|"
    r"人不行|脑瓜|脑袋|浆糊|羞耻|征服欲|小日子|已婚|低级|下贱|卑鄙|无知|愚蠢|弱智|跪|装什么|装[x叉]|炮灰|奴隶|寄生|双标|又当又立|吃人|"
    r"韭菜|流量狗|小丑|脏|臭(?!豆腐)|活该|报应|倒贴|无脑|撕逼|狂喷|闭嘴|坟"
)
_BODY = (
    r"侵犯|受害|女奴|拐卖|被卖|犯罪|罪犯|强迫|色狼|辱骂|骚扰|殴打|强奸|性侵|嫖|妓|色情|性骚扰|黄片|出轨|小三|裸|睡了|上床|"
    r"性行为|性关系|贞|处女|性爱|做爱|意淫|约炮|胸|臀|大腿|擦边|露|私处|肉体|变性|性取向|同性恋|家暴|打人|暴力|杀|捅|砍|"
    r"拐|绑架|枪|(?<![气油])炸(?!锅|鸡|酱|串)|恐怖|虐|性(?:暴|奴|工作)|生育|代孕|子宫|月经|姨妈|卫生巾|下药|卖身|物化|性缘|性癖|鸡鸡|精子|圈养|阉|啪啪"
)
_CHARGE = (
    r"作弊|造假|抄袭|代考|代写|炒作|诬|诽谤|起诉|坐牢|判刑|犯法|作假|弄虚|学术不端|黑幕|内定|贪污|受贿|走后门|"
    r"剽窃|盗窃|冒充|撒谎|说谎|心虚|霸凌|霸占|欺诈"
)
_POLITICS = (
    r"政府|当局|体制|总统|总理|主席|议员|立委|立法院|国会|选举|大选|投票率|公投|政党|民进党|国民党|共产|党|台独|独派|统一|两岸|中共|"
    r"大陆人|黑人|白人|穆斯林|教会|种族|难民|移民|殖民|战争|武器|核(?!心|对|实|查)|川普|特朗普|拜登|习近平|蔡英文|马英九|柯文哲|韩国瑜|"
    r"郭台铭|审查|封杀|被封|封号|禁言|删帖|言论自由|翻墙|卖国|汉奸|间谍|反华|境外势力|资本家|剥削|独裁|示威|游行|抗议"
)
_HOT = (
    r"女拳|男拳|拳师|打拳|田园|国男|国女|婚驴|屌丝|仇男|仇女|metoo|me too|lgbt|公知|圣女|剩女|剩男|凤凰男|妈宝|绿帽|"
    r"接盘|捞女|扶弟|雌竞|雄竞|腐女|受腐|直男癌|女权癌|渣男|渣女|舔狗"
)
_MARKS = r"[{}<>\[\]【】|*#@_^=\\]|http|www|粉丝|评论配图|^\d+[.、)]|转发微博|回复"
_UNSAFE = re.compile("|".join((_HEALTH, _MONEY, _RUDE, _BODY, _CHARGE, _POLITICS, _HOT, _MARKS)), re.IGNORECASE)
_HEALTH_WORDS = re.compile(_HEALTH, re.IGNORECASE)
_MARKS_INSIDE = re.compile(r"[「」『』\"'‘’()（）:：〈〉/]")


def about_health(norm: str) -> bool:
    """True when illness, medicine or diet is what a comment is about: no part of it is said back."""
    return len(set(_HEALTH_WORDS.findall(norm))) >= (2 if len(norm) < 100 else 4)


def touches_health(norm: str) -> bool:
    """True when a comment has so much as a word of illness, medicine or diet."""
    return bool(_HEALTH_WORDS.search(norm))


def harmless(piece: str, norm: str, reader: Reader) -> bool:
    """True when nothing private, ill, rude, political or about money stands in the piece (`norm`: as rules read it)."""
    if _PURSE.search(norm) and _SOMEBODYS.search(norm):
        return False
    return not _UNSAFE.search(norm) and not _MARKS_INSIDE.search(piece) and not reader.risky(piece)


def harmless_word(word: str, reader: Reader) -> bool:
    """True when a single word may stand in a reply."""
    return harmless(word, reader.normal(word), reader)
