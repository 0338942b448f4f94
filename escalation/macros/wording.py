"""Names of cases as customers read them in a macro."""

from __future__ import annotations

_CASES = {
    "en": {
        "security_incident": "account security",
        "missing_deposit": "missing deposit",
        "stuck_withdrawal": "delayed withdrawal",
        "liquidation_appeal": "liquidation appeal",
        "trade_dispute": "trade dispute",
        "settlement_dispute": "settlement dispute",
        "account_locked": "locked account",
        "verification_appeal": "verification",
        "api_fault": "API fault",
        "fee_or_promo_dispute": "fees or promotion",
        "compliance_request": "compliance request",
        "complaint": "complaint",
        "human_request": "request",
        "other": "request",
    },
    "zh": {
        "security_incident": "账户安全",
        "missing_deposit": "充值未到账",
        "stuck_withdrawal": "提现延迟",
        "liquidation_appeal": "强平申诉",
        "trade_dispute": "交易争议",
        "settlement_dispute": "交割争议",
        "account_locked": "账户锁定",
        "verification_appeal": "身份认证",
        "api_fault": "API 故障",
        "fee_or_promo_dispute": "手续费或活动",
        "compliance_request": "合规请求",
        "complaint": "投诉",
        "human_request": "咨询",
        "other": "咨询",
    },
}


def case_name(case: str, language: str) -> str:
    """Return what a case is called within a sentence."""
    return _CASES["zh" if language == "zh" else "en"].get(case, case.replace("_", " "))
