"""What a message says in Japanese: a title and a text for each kind of trouble, and remedies for the commonest causes.

The sentence in English is made where the trouble is found; it follows the text in every message.
"""

from __future__ import annotations

import re

# Kind of trouble: (title, text); values are filled in by name.
WORDS: dict[str, tuple[str, str]] = {
    "run-failed": (
        "日次処理が失敗しました",
        "日次処理が失敗しました。ページは前回の公表のままです。{remedy}直したら `katsuyo run` を実行してください。",
    ),
    "run-gaps": (
        "取得できないデータがあります",
        "取得できないデータがあります（{names}）。ほかは公表済みです。{remedy}次回の処理で自動的に取得し直します。",
    ),
    "run-people": (
        "職員と一致しないアカウントが急増しました",
        "アカウントと職員の一致が急に減った日があり、その日の値は0ではなく欠測としました。staff.csvのアドレスを確認してください。",
    ),
    "run-stopped": (
        "処理が途中で止められました",
        "処理（{job}）が途中で止められました。`katsuyo run` で続きから実行できます。",
    ),
    "daemon": (
        "Dagsterのデーモンが動いていません",
        "スケジュールは有効ですが、Dagsterのデーモンが動いていません。サービスを起動してください（docs/operations.md）。",
    ),
    "publication-none": (
        "まだ何も公表されていません",
        "まだ何も公表されていません。`katsuyo run` を実行してください。",
    ),
    "publication-scheduled": (
        "{day}から公表が更新されていません",
        "{day}から公表が更新されていません。スケジュールは有効です。`katsuyo ui` で理由を確認してください。",
    ),
    "publication-by-hand": (
        "{day}から公表が更新されていません",
        "{day}から公表が更新されていません。スケジュールは無効です。毎朝cronで `katsuyo run` を実行するか、"
        "`katsuyo ui` で daily_at_six を有効にしてください。",
    ),
    "gaps": (
        "欠測があり、{deadline}に失われます",
        "{names}に欠測が{number}日分あり、まだ取得できます。{deadline}には{first}の{day}が失われます。"
        "その前に `katsuyo run` を実行してください。",
    ),
    "not-built": (
        "取り込んだデータが集計に入っていません",
        "{names}の{number}日分が届いていますが、まだ集計に入っていません。`katsuyo run` を実行してください。",
    ),
    "late": (
        "サービス側の遅れ",
        "{names}は{day}以降の日がまだ提供されていません。サービスの稼働状況を確認してください。次回以降の処理で取得します。",
    ),
    "lost": (
        "取得できなくなった日があります",
        "サービスの保存期間を過ぎ、{number}日分が取得できなくなりました（{names}）。欠測として表示されます。"
        "書き出したファイルがあれば `katsuyo import` で取り込めます。",
    ),
    "keys": ("鍵ファイルに問題があります", "鍵ファイルに問題があります。正しい鍵に戻すまで処理は行われません。"),
    "unwritable": (
        "書き込めないフォルダーがあります",
        "{setting}のフォルダーに書き込めません。実行するアカウントに権限を与えるか、別のフォルダーを指定してください。",
    ),
    "disk-full": ("ディスクの空きがありません", "{setting}のディスクの空きがありません。空きを作ってください。"),
    "disk-low": (
        "ディスクの空きが少なくなっています",
        "{setting}のディスクの空きが{left}を切りました。空きを作ってください。",
    ),
    "modes": (
        "データを誰でも読める状態です",
        "{setting}のデータをこの機械のどのアカウントでも読めます。`chmod -R o-rwx` で外してください。",
    ),
    "owner": (
        "フォルダーの所有者が違います",
        "{setting}の所有者が実行アカウントと違います。所有者のアカウントで実行してください。",
    ),
    "expires": (
        "{what}の期限：{day}",
        "{what}は{day}に期限が切れます。新しいものを作って設定し、古いものを消してください。",
    ),
    "expired": (
        "{what}の期限切れ",
        "{what}は{day}に期限が切れました。新しいものを作って設定し、古いものを消してください。",
    ),
    "channel": ("通知を送れません", "通知（{name}）を送れません。設定と送り先を確認してください。"),
    "unreadable": ("読めない記録があります", "読めない記録があります。下の英文のとおりに直してください。"),
}

_REMEDIES = (
    (r"give the application the permission ([\w.]+)", "アプリに権限 {0} を付与し、管理者の同意を与えてください。"),
    (
        "displayConcealedNames",
        "Microsoft 365管理センターの「設定」→「組織設定」→「レポート」で、氏名の匿名化を確認してください。",
    ),
    ("client secret has expired", "クライアントシークレットの期限切れです。新しいものを作り、設定してください。"),
    (
        "does not know the certificate",
        "証明書が登録されていないか、期限切れです。アプリの登録に証明書を追加してください。",
    ),
    ("client secret is wrong", "クライアントシークレットの値が違います。設定を確認してください。"),
    ("cannot be reached", "サービスに接続できません。ネットワークとプロキシを確認してください。"),
    ("certificate of .* is not trusted", "証明書が信頼されていません。KATSUYO_CA_FILEを確認してください。"),
    (r"is full|no space left", "ディスクに空きがありません。空きを作ってください。"),
    (r"\.csv|\.xlsx", "組織ファイルに誤りがあります。`katsuyo doctor` で行を確認してください。"),
)


def remedy(sentence: str) -> str:
    """The remedy of a sentence in Japanese, for the commonest causes; else where to find it."""
    for pattern, text in _REMEDIES:
        if found := re.search(pattern, sentence, flags=re.IGNORECASE):
            return text.format(*found.groups())
    return "原因と直し方は下の英文のとおりです。"
