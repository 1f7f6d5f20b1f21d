"""The ward's organisation chart as data: 部 and 課 with their relative size and how far their posts are bound.

Each line of a 部: 課 name, relative size, share of posts tied to a counter, a site or a crew (0 to 1).
The chart of a smaller ward is cut from this one in organisation.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Division:
    """One 課."""

    name: str
    size: float
    bound: float


@dataclass(frozen=True)
class Bureau:
    """One 部. `rank` says which ones a small ward has; `outside` how much it exchanges with outsiders."""

    name: str
    rank: int
    outside: float
    divisions: tuple[Division, ...]


def _bureau(name: str, rank: int, outside: float, divisions: str) -> Bureau:
    parts = (line.split() for line in divisions.strip().splitlines())
    return Bureau(name, rank, outside, tuple(Division(part[0], float(part[1]), float(part[2])) for part in parts))


BUREAUS = (
    _bureau(
        "企画政策部",
        1,
        1.0,
        """
        政策企画課 34 0.02
        ICT推進課 40 0.05
        財政課 28 0.02
        広報広聴課 30 0.10
        行政経営課 24 0.02
        公民連携課 16 0.02
        """,
    ),
    _bureau(
        "総務部",
        4,
        1.2,
        """
        総務課 46 0.15
        人事課 44 0.05
        契約課 30 0.15
        財産管理課 32 0.30
        法務課 20 0.02
        人権推進課 18 0.20
        職員支援課 20 0.05
        """,
    ),
    _bureau(
        "危機管理部",
        9,
        1.1,
        """
        危機管理課 34 0.15
        地域防災課 36 0.25
        生活安全課 26 0.35
        """,
    ),
    _bureau(
        "区民部",
        2,
        0.5,
        """
        区民政策課 40 0.20
        戸籍住民課 120 0.80
        税務課 90 0.35
        納税課 60 0.40
        国保年金課 110 0.55
        東支所 60 0.85
        西支所 60 0.85
        """,
    ),
    _bureau(
        "地域振興部",
        10,
        1.0,
        """
        地域振興課 60 0.30
        文化振興課 34 0.20
        スポーツ振興課 34 0.35
        多文化共生課 24 0.30
        区民活動支援課 34 0.40
        """,
    ),
    _bureau(
        "産業経済部",
        14,
        1.3,
        """
        産業振興課 46 0.15
        商工観光課 36 0.20
        消費生活センター 24 0.60
        就労支援課 22 0.30
        """,
    ),
    _bureau(
        "環境清掃部",
        11,
        0.9,
        """
        環境政策課 40 0.10
        みどり推進課 38 0.35
        清掃事業課 44 0.30
        資源循環課 26 0.25
        清掃事務所 170 0.92
        """,
    ),
    _bureau(
        "福祉部",
        3,
        0.7,
        """
        福祉政策課 48 0.10
        生活福祉課 130 0.35
        生活援護課 120 0.35
        障害者福祉課 96 0.35
        自立支援課 60 0.40
        指導監査課 22 0.05
        障害者福祉センター 70 0.75
        """,
    ),
    _bureau(
        "高齢福祉部",
        8,
        0.7,
        """
        高齢福祉課 70 0.25
        介護保険課 100 0.35
        地域包括ケア課 54 0.30
        在宅支援課 40 0.30
        """,
    ),
    _bureau(
        "子ども家庭部",
        6,
        0.6,
        """
        子ども政策課 54 0.10
        保育課 110 0.35
        保育施設運営課 420 0.95
        子ども家庭支援センター 80 0.45
        児童館運営課 190 0.90
        青少年育成課 30 0.20
        入園相談課 36 0.60
        """,
    ),
    _bureau(
        "児童相談所",
        15,
        0.4,
        """
        相談調整課 40 0.30
        援助課 70 0.45
        保護課 56 0.90
        """,
    ),
    _bureau(
        "健康部",
        12,
        0.8,
        """
        健康政策課 50 0.10
        健康推進課 66 0.30
        生活衛生課 56 0.40
        保健予防課 76 0.35
        感染症対策課 30 0.25
        東保健センター 60 0.65
        西保健センター 58 0.65
        """,
    ),
    _bureau(
        "都市整備部",
        5,
        2.2,
        """
        都市計画課 50 0.05
        建築指導課 70 0.35
        住宅課 44 0.25
        まちづくり推進課 58 0.10
        地域整備課 50 0.15
        交通企画課 24 0.05
        建築調整課 30 0.20
        """,
    ),
    _bureau(
        "土木部",
        7,
        2.0,
        """
        土木管理課 56 0.30
        道路課 66 0.25
        公園課 62 0.35
        交通安全課 40 0.30
        河川下水道課 36 0.25
        土木事務所 110 0.85
        """,
    ),
    _bureau(
        "施設整備部",
        13,
        2.4,
        """
        施設計画課 34 0.05
        営繕課 52 0.20
        設備課 40 0.25
        公共施設活用課 22 0.05
        """,
    ),
    _bureau(
        "会計管理室",
        17,
        0.3,
        """
        会計課 26 0.20
        審査出納課 22 0.25
        """,
    ),
    _bureau(
        "教育委員会事務局教育部",
        16,
        1.0,
        """
        教育総務課 60 0.10
        学務課 64 0.30
        指導課 50 0.15
        特別支援教育課 30 0.25
        学校施設課 50 0.20
        学校運営課 380 0.88
        教育センター 70 0.45
        """,
    ),
    _bureau(
        "教育委員会事務局生涯学習部",
        18,
        0.9,
        """
        生涯学習課 50 0.30
        地域学習課 44 0.50
        中央図書館 120 0.80
        文化財課 20 0.25
        """,
    ),
    _bureau(
        "行政委員会事務局",
        19,
        0.3,
        """
        選挙管理課 20 0.20
        監査課 18 0.05
        """,
    ),
    _bureau(
        "区議会事務局",
        20,
        0.4,
        """
        議会総務課 20 0.15
        議事調査課 18 0.10
        """,
    ),
)

# On 1 April the first becomes the second: another code, the same posts.
REORGANISED = ("ICT推進課", "デジタル戦略課")
SECTION_NAMES = ("管理係", "推進係", "調整係", "相談係")
# A 課 whose name holds one of these words works at a branch, not in the main building; the number tells which network.
BRANCH_WORDS = (
    ("東支所", 1),
    ("東保健", 1),
    ("西支所", 2),
    ("西保健", 2),
    ("事務所", 2),
    ("相談所", 1),
    ("センター", 3),
    ("図書館", 3),
    ("施設運営課", 3),
    ("児童館", 3),
    ("学校運営課", 3),
    ("保護課", 1),
)
