"""Addresses: English words, years by their label, accounts by their number."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from ledarna.api.addresses import addresses
from ledarna.health import health
from ledarna.reauthentication import password_again
from ledarna.tables.kinds import KINDS
from ledarna.views.annual_report import annual_report_page
from ledarna.views.attests import attest_page, attest_voucher
from ledarna.views.audit import (
    audit_draw_page,
    audit_page,
    audit_sample_page,
    benford_page,
    sampled_voucher_page,
)
from ledarna.views.bank import bank_page
from ledarna.views.begin import begin_page
from ledarna.views.books import account_rows_page, voucher_page
from ledarna.views.calendar import calendar_feed, calendar_page
from ledarna.views.chain import chain_page
from ledarna.views.closing import close_year_page, closing_page, reopen_year_page
from ledarna.views.corrections import correction_page
from ledarna.views.decisions import decisions_page
from ledarna.views.desk import desk_page
from ledarna.views.dimensions import COST_CENTERS, PROJECTS, object_page, results_page
from ledarna.views.documents import (
    agenda_file,
    document_page,
    document_pdf,
    document_version,
    documents_page,
    meeting_documents_page,
    sign_document_page,
)
from ledarna.views.entry import voucher_edit, voucher_new
from ledarna.views.invitations import choose_password_page, forgotten_page
from ledarna.views.lists import journal_list_page, ledger_list_page, vouchers_page
from ledarna.views.mandates import mandates_page
from ledarna.views.meeting import (
    agenda_item_page,
    agenda_page,
    attendance_page,
    decision_edit,
    decision_new,
    meeting_edit,
    meeting_new,
    meeting_page,
    plan_meetings_page,
)
from ledarna.views.meetings import meetings_page
from ledarna.views.members import channel_months_page, members_page
from ledarna.views.minutes import minutes_page
from ledarna.views.package import package_page
from ledarna.views.papers import attachment_file, missing_receipt, missing_receipts_page
from ledarna.views.periods import lock_months, open_month_page, periods_page
from ledarna.views.plan import activity_page, plan_page
from ledarna.views.privacy import forget_person, kept_of_person_file, kept_of_you_file, privacy_page
from ledarna.views.read_in import read_in_page, table_page, template_file
from ledarna.views.readings import changes_page
from ledarna.views.reconciliation import reconciliation_page
from ledarna.views.report_sealing import seal_report_page, sealed_report_file, sign_report_page
from ledarna.views.report_writing import report_section_page, report_sections_page
from ledarna.views.security import security_page
from ledarna.views.sie_export import sie_export_page
from ledarna.views.sie_import import (
    sie_file,
    sie_import_page,
    sie_imports_page,
    sie_preview_page,
    sie_take_back_page,
)
from ledarna.views.sign_in import (
    add_app,
    add_passkey,
    admin_sign_in,
    change_password,
    new_recovery_codes,
    recovery_codes,
    recovery_codes_file,
    remove_app,
    remove_passkey,
    sign_in,
    sign_in_by_passkey,
    sign_in_code,
    sign_out,
)
from ledarna.views.statements import STATEMENTS, statement_page
from ledarna.views.summons import summons_page
from ledarna.views.trail import trail_page
from ledarna.views.verification import verification_page
from ledarna.views.why import figure_page
from ledarna.views.year import home, year_page, years_page
from ledarna.views.you import you_page

urlpatterns = [
    path("", home, name="home"),
    path("begin/", begin_page, name="begin"),
    path("healthz", health, name="health"),
    path("year/<slug:label>/", year_page, name="year"),
    *(path(f"year/<slug:label>/{page}/", statement_page, {"page": page}, name=page) for page in STATEMENTS),
    path("year/<slug:label>/changes/", changes_page, name="changes"),
    path("year/<slug:label>/accounts/<slug:number>/", account_rows_page, name="account"),
    path("year/<slug:label>/members/", members_page, name="members"),
    path("year/<slug:label>/members/months/", channel_months_page, name="channel-months"),
    path("year/<slug:label>/meetings/", meetings_page, name="meetings"),
    path("year/<slug:label>/meetings/new/", meeting_new, name="meeting-new"),
    path("year/<slug:label>/meetings/plan/", plan_meetings_page, name="plan-meetings"),
    path("year/<slug:label>/decisions/", decisions_page, name="decisions"),
    path("meetings/<int:pk>/", meeting_page, name="meeting"),
    path("meetings/<int:pk>/edit/", meeting_edit, name="meeting-edit"),
    path("meetings/<int:pk>/agenda/", agenda_page, name="meeting-agenda"),
    path("meetings/<int:pk>/agenda.pdf", agenda_file, name="agenda-pdf"),
    path("meetings/<int:pk>/attendance/", attendance_page, name="meeting-attendance"),
    path("meetings/<int:pk>/decide/", decision_new, name="decision-new"),
    path("agenda-items/<int:pk>/", agenda_item_page, name="agenda-item"),
    path("decisions/<int:pk>/", decision_edit, name="decision"),
    path("mandates/", mandates_page, name="mandates"),
    path("year/<slug:label>/plan/", plan_page, name="plan"),
    path("year/<slug:label>/plan/<int:pk>/", activity_page, name="activity"),
    path("year/<slug:label>/documents/", documents_page, name="documents"),
    path("year/<slug:label>/reconciliation/", reconciliation_page, name="reconciliation"),
    path("year/<slug:label>/annual-report/", annual_report_page, name="annual-report"),
    path("year/<slug:label>/annual-report/seal/", seal_report_page, name="seal-report"),
    path("year/<slug:label>/annual-report/sign/", sign_report_page, name="sign-report"),
    path("year/<slug:label>/annual-report/sealed/<int:number>/", sealed_report_file, name="sealed-report"),
    path("year/<slug:label>/annual-report/sections/", report_sections_page, name="report-sections"),
    path("year/<slug:label>/annual-report/sections/<int:pk>/", report_section_page, name="report-section"),
    path("year/<slug:label>/desk/", desk_page, name="desk"),
    path("year/<slug:label>/attest/", attest_page, name="attest"),
    path("year/<slug:label>/audit/", audit_page, name="audit"),
    path("year/<slug:label>/audit/draw/", audit_draw_page, name="audit-draw"),
    path("year/<slug:label>/audit/benford/", benford_page, name="benford"),
    path("year/<slug:label>/audit/samples/<int:number>/", audit_sample_page, name="audit-sample"),
    path(
        "year/<slug:label>/audit/samples/<int:number>/<int:place>/",
        sampled_voucher_page,
        name="sampled-voucher",
    ),
    path("year/<slug:label>/missing-receipts/", missing_receipts_page, name="missing-receipts"),
    path("year/<slug:label>/years/", years_page, name="years"),
    path("year/<slug:label>/figures/<str:key>/", figure_page, name="figure"),
    path("year/<slug:label>/package/", package_page, name="package"),
    path("year/<slug:label>/chain/", chain_page, name="chain"),
    path("year/<slug:label>/sie/", sie_export_page, name="sie-export"),
    path("year/<slug:label>/vouchers/", vouchers_page, name="vouchers"),
    path("year/<slug:label>/journal/", journal_list_page, name="journal"),
    path("year/<slug:label>/general-ledger/", ledger_list_page, name="general-ledger"),
    path("year/<slug:label>/projects/", results_page, {"words": PROJECTS}, name="projects"),
    path("year/<slug:label>/projects/<int:pk>/", object_page, {"words": PROJECTS}, name="project"),
    path("year/<slug:label>/cost-centers/", results_page, {"words": COST_CENTERS}, name="cost-centers"),
    path(
        "year/<slug:label>/cost-centers/<int:pk>/", object_page, {"words": COST_CENTERS}, name="cost-center"
    ),
    path("year/<slug:label>/periods/", periods_page, name="periods"),
    path("year/<slug:label>/periods/lock/", lock_months, name="lock-months"),
    path("periods/<int:pk>/open/", open_month_page, name="open-month"),
    path("year/<slug:label>/closing/", closing_page, name="closing"),
    path("year/<slug:label>/closing/close/", close_year_page, name="close-year"),
    path("year/<slug:label>/closing/reopen/", reopen_year_page, name="reopen-year"),
    path("vouchers/<int:pk>/correct/", correction_page, name="correction"),
    path("vouchers/new/", voucher_new, name="voucher-new"),
    path("vouchers/<int:pk>/edit/", voucher_edit, name="voucher-edit"),
    path("vouchers/<int:pk>/", voucher_page, name="voucher"),
    path("vouchers/<int:pk>/attest/", attest_voucher, name="attest-voucher"),
    path("vouchers/<int:pk>/missing-receipt/", missing_receipt, name="missing-receipt"),
    path("attachments/<int:pk>/", attachment_file, name="attachment"),
    path("meetings/<int:pk>/documents/", meeting_documents_page, name="meeting-documents"),
    path("meetings/<int:pk>/minutes/", minutes_page, {"is_confidential": False}, name="minutes"),
    path(
        "meetings/<int:pk>/minutes/confidential/",
        minutes_page,
        {"is_confidential": True},
        name="confidential-minutes",
    ),
    path("meetings/<int:pk>/summons/", summons_page, name="summons"),
    path("documents/<int:pk>/", document_page, name="document"),
    path("documents/<int:pk>/sign/", sign_document_page, name="sign-document"),
    path("documents/<int:pk>/versions/<int:number>/", document_version, name="document-version"),
    path("documents/<int:pk>/versions/<int:number>/pdf/", document_pdf, name="document-pdf"),
    path("import/", read_in_page, name="read-in"),
    path("import/bank/", bank_page, name="read-in-bank"),
    *(path(f"import/{kind.key}/", table_page, {"kind": kind}, name=f"read-in-{kind.key}") for kind in KINDS),
    *(
        path(f"import/{kind.key}/template.xlsx", template_file, {"kind": kind}, name=f"template-{kind.key}")
        for kind in KINDS
    ),
    path("import/sie/", sie_imports_page, name="sie-imports"),
    path("import/sie/preview/", sie_preview_page, name="sie-preview"),
    path("import/sie/<int:pk>/", sie_import_page, name="sie-import"),
    path("import/sie/<int:pk>/take-back/", sie_take_back_page, name="sie-take-back"),
    path("import/sie/<int:pk>/file/", sie_file, name="sie-file"),
    path("verification/", verification_page, name="verification"),
    path("trail/", trail_page, name="trail"),
    # allauth knows the addresses by these names.
    path("sign-in/", sign_in, name="account_login"),
    path("sign-in/forgotten/", forgotten_page, name="forgotten"),
    path("sign-in/password/<str:secret>/", choose_password_page, name="choose-password"),
    path("sign-in/code/", sign_in_code, name="mfa_authenticate"),
    path("sign-in/passkey/", sign_in_by_passkey, name="mfa_login_webauthn"),
    path("password-again/", password_again, name="password-again"),
    path("sign-out/", sign_out, name="account_logout"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("api/v1/", include((addresses(), "api"))),
    path("you/", you_page, name="you"),
    path("you/kept.json", kept_of_you_file, name="kept-of-you"),
    path("privacy/", privacy_page, name="privacy"),
    path("privacy/<int:pk>.json", kept_of_person_file, name="kept-of-person"),
    path("privacy/<int:pk>/forget/", forget_person, name="forget-person"),
    path("you/sign-in/", security_page, name="mfa_index"),
    path("you/sign-in/password/", change_password, name="account_change_password"),
    path("you/sign-in/app/add/", add_app, name="mfa_activate_totp"),
    path("you/sign-in/app/remove/", remove_app, name="mfa_deactivate_totp"),
    path("you/sign-in/passkey/add/", add_passkey, name="mfa_add_webauthn"),
    path("you/sign-in/passkey/<int:pk>/remove/", remove_passkey, name="mfa_remove_webauthn"),
    path("you/sign-in/codes/", recovery_codes, name="mfa_view_recovery_codes"),
    path("you/sign-in/codes/file/", recovery_codes_file, name="mfa_download_recovery_codes"),
    path("you/sign-in/codes/new/", new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("you/calendar/", calendar_page, name="calendar"),
    path("calendar/<slug:secret>.ics", calendar_feed, name="calendar-feed"),
    path("admin/login/", admin_sign_in),
    path("admin/", admin.site.urls),
]
