"""The permission matrix of SECURITY C as one table, written down from the document: page × row × role → answer.

r  the page is shown (a link that only leads on counts as shown)     -  404: for this person there is no such row or page
w  the page is shown and what it does is this person's to do         x  403: he sees the row, the act is not his
p  as w, by POST only (GET is 405 for everybody)

Columns: OWN the salesperson whose rows they are; OTH another salesperson; CS customer service; SM sales manager;
DR director; LG legal; AU legal, author of the templates; CU custodian; DEP production, purchasing, quality, logistics,
technical; FI finance; HR; AD administrator.

Where the matrix is silent: the custodian is as legal, without reviewing (a permission, by default legal's); opinions, market
insights and risks follow the record they are about; a pooled customer may be claimed by any salesperson, who reads its
name only until then.
"""

from tests.corpus.matrix_goods import TABLE as GOODS
from tests.corpus.matrix_orders import TABLE as ORDERS
from tests.corpus.matrix_supply import TABLE as SUPPLY
from tests.corpus.matrix_surveys import TABLE as SURVEYS

COLUMNS = ("OWN", "OTH", "CS", "SM", "DR", "LG", "AU", "CU", "DEP", "FI", "HR", "AD")

TABLE = """
# page                               row and step             OWN OTH CS SM DR LG AU CU DEP FI HR AD

# --- everybody's own pages
today                                .                         r r r r r r r r r r r r
inbox                                .                         r r r r r r r r r r r r
urge                                 manager_review/contracts.contract p - - x x x x x - x - -
urge                                 draft/contracts.contract  x - - x x x x - - - - -
refer_transfer                       legal_review/contracts.contract x - - x x w w x - x - -
refer_ask                            legal_review/contracts.contract x - - x x w w x - x - -
refer_copy                           legal_review/contracts.contract w - - w x w w x - x - -
referral                             referral                  - - - - - r w - - - - -
referral_take_back                   referral                  - - - - - p x - - - - -
referral_read                        copied                    p - - - - - - - - - - -
inbox_batch                          .                         p p p p p p p p p p p p
approval_sheet                       draft/contracts.contract  - - - - - - - - - - - -
approval_sheet                       signed/contracts.contract r - r r r r r r - r - -
batch_result                         =0a1b2c3d                 - - - - - - - - - - - -
search                               .                         r r r r r r r r r r r r
promises                             .                         r r r r r r r r r r r r
notices                              .                         r r r r r r r r r r r r
notice_open                          notice                    p - - - - - - - - - - -
clauses                              .                         r r r r r r r r r r r r
clause                               =3.2.2a                   r r r r r r r r r r r r
organization:profile                 .                         w w w w w w w w w w w w
organization:signin_list             .                         r r r r r r r r r r r r
organization:signin_end              signin                    p - - - - - - - - - - -
organization:signin_end_others       .                         p p p p p p p p p p p p
kernel:audit_trail                   .                         - - - - - - - - - - - w
kernel:calendar_link                 .                         r r r r r r r r r r r r
kernel:calendar_link_make            .                         p p p p p p p p p p p p
kernel:calendar_link_end             .                         p p p p p p p p p p p p
organization:people                  .                         r r r r r r r r r r r r
organization:password_change         .                         w w w w w w w w w w w w
organization:password_change_done    .                         r r r r r r r r r r r r
organization:otp                     .                         r r r r r r r r r r r r

# --- lists as files: as their pages
kernel:export_list                   .                         r r r r r r r r r r r r
kernel:export_detail                 export                    r - - - - - - - - - - -
kernel:export_file                   export                    r - - - - - - - - - - -
kernel:import_list                   .                         - - - r - - - - - - - r
kernel:import_create                 .                         - - - w - - - - - - - w
kernel:import_detail                 taken_in                  - - - r - - - - - - - -
kernel:import_mapping                uploaded                  - - - w - - - - - - - -
kernel:import_errors                 uploaded                  - - - r - - - - - - - -
kernel:import_run                    uploaded                  - - - p - - - - - - - -
kernel:import_undo                   taken_in                  - - - p - - - - - - - -
kernel:export_start                  =customers.csv            r r r r r r r r - r - -
kernel:export_start                  =duplicates.csv           r r r r - - - - - - - -
kernel:export_start                  =reviews.csv              r r r r - - - - - - - -
kernel:export_start                  =opportunities.xlsx       r r r r r - - - - - - -
kernel:export_start                  =insights.csv             r r r r r - - - - - - -
kernel:export_start                  =segments.csv             r r r r r - - - - - - -
kernel:export_start                  =risks.csv                r r r r r r r r - r - -
kernel:export_start                  =contracts.csv            r r r r r r r r - r - -
kernel:export_start                  =templates.csv            r r - r r r r - - - - -
kernel:export_start                  =ledger.csv               - - - r r - - r - r - -
kernel:export_start                  =ledger.xlsx              - - - r r - - r - r - -
kernel:export_start                  =seal-requests.csv        r r r r r r r r - r - -
kernel:export_start                  =seal-register.csv        - - - r r - - r - r - -
kernel:export_start                  =loans.csv                - - - r r r r r - r - -
kernel:export_start                  =clause-library.csv       r r - r r r r - - - - -
kernel:export_start                  =documents.csv            r r r r r r r r r r r r
kernel:export_start                  =feedback.csv             r r r r r - - - r - - -
kernel:export_start                  =readings.csv             r r r r r r r r r r r r
kernel:export_start                  =decisions.xlsx           r r r r r r r r r r r r
kernel:export_start                  =people.xlsx              r r r r r r r r r r r r

# --- exceptions the manager agrees to (1.3.1)
kernel:agreement_detail              agreement                 r - - r r - - - - - - -
kernel:agreement_history             agreement                 r - - r r - - - - - - -
kernel:agreement_step                agreement/agree           x - - w x - - - - - - -
kernel:agreement_step                agreement/refuse          x - - w x - - - - - - -
kernel:agreement_step                agreement/withdraw        w - - x x - - - - - - -

# --- roles given by an administrator, confirmed by a second person (S7); asked for OTH by AD
organization:rolegrant_detail        grant                     - r - - r - - - - - r r
organization:rolegrant_history       grant                     - r - - r - - - - - r r
organization:rolegrant_step          grant/confirm             - x - - x - - - - - w x
organization:rolegrant_step          grant/refuse              - x - - x - - - - - w x
organization:rolegrant_step          grant/withdraw            - x - - x - - - - - x w

# --- deputies (S3): SM asks OTH to stand in later
organization:deputyship_list         .                         r r r r r r r r r r r r
organization:deputyship_create       .                         x x x w w w w x x w x x
organization:deputyship_detail       deputyship                - r - r r - - - - - r -
organization:deputyship_history      deputyship                - r - r r - - - - - r -
organization:deputyship_step         deputyship/accept         - w - x x - - - - - x -
organization:deputyship_step         deputyship/decline        - w - x x - - - - - x -
organization:deputyship_step         deputyship/withdraw       - x - w x - - - - - x -
organization:deputyship_step         deputyship/lapse          - x - x x - - - - - x -
organization:deputyship_step         stand_in/end              - w - w w - - - - - w -

# --- documents: as the record they were made for
documents:document_list              .                         r r r r r r r r r r r r
documents:reading_list               .                         r r r r r r r r r r r r
documents:document_level             document                  w - - w x - - - - - - -
documents:attachment_download        signed_copy               r - r r r r r r - r - -
documents:attachment_download        proposal_file             r - - r r - - - - - - -

# --- market research
customers:insight_list               .                         r r r r r - - - - - - -
customers:insight_summary            .                         r r r r r - - - - - - -
customers:view_save                  =customer_list            w w w w w w w w - w - -
customers:view_save                  =insight_list             w w w w w - - - - - - -
customers:view_delete                view                      p - - - - - - - - - - -
customers:insight_create             .                         w w w w - - - - - - - -
customers:insight_edit               insight                   w w x w x - - - - - - -
customers:insight_analyse            insight                   w w x w x - - - - - - -
customers:segment_list               .                         r r r r r - - - - - - -
customers:segment_create             .                         w w w w - - - - - - - -
customers:segment_edit               segment                   w w x w x - - - - - - -

# --- customer, contact
customers:customer_list              .                         r r r r r r r r - r - -
customers:customer_create            .                         w w - w - - - - - - - -
customers:duplicate_list             .                         r r r r - - - - - - - -
customers:duplicate_settle           duplicate                 w - x w - - - - - - - -
customers:customer_merge             customer                  r - x r x x x x - x - -
customers:customer_merge             apart                     r - x r x - - - - - - -
customers:customer_detail            customer                  r - r r r r r r - r - -
customers:customer_detail            apart                     r - r r r - - - - - - -
customers:customer_detail            pooled                    r r r r r - - - - - - -
customers:customer_history           customer                  r - r r r r r r - r - -
customers:customer_history           apart                     r - r r r - - - - - - -
customers:customer_history           pooled                    - - r r r - - - - - - -
customers:customer_edit              customer                  w - w w x x x x - x - -
customers:customer_edit              apart                     w - w w x - - - - - - -
customers:customer_edit              pooled                    - - w w x - - - - - - -
customers:customer_reassign          customer                  x - x w x x x x - x - -
customers:review_list                .                         r r r r - - - - - - - -
customers:customer_review            customer                  w - w w x x x x - x - -
customers:contact_dead               contact                   w - w w x x x x - x - -
customers:customer_erase             retired                   x - x w x - - - - - - -
customers:customer_erase             customer                  x - x x x x x x - x - -
customers:customer_book              customer                  w - x w x x x x - x - -
customers:customer_reassign_many     ?pick:customer            - - - w - - - - - - - -
customers:reassign_result            =0a1b2c3d                 - - - - - - - - - - - -
customers:profile_edit               customer                  w - w w x x x x - x - -
customers:customer_interaction       customer                  w - w w x x x x - x - -
customers:contact_create             customer                  w - w w x x x x - x - -
customers:contact_detail             contact                   r - r r r r r r - r - -
customers:contact_edit               contact                   w - w w x x x x - x - -
customers:contact_leave              contact                   w - w w x x x x - x - -
customers:customer_step              apart/pool                w - x w x - - - - - - -
customers:customer_step              customer/retire           w - x w x x x x - x - -
customers:customer_step              apart/let_go              x - x x x - - - - - - -
customers:customer_step              pooled/assign             x x x w x - - - - - - -
customers:customer_step              pooled/claim              w w x w x - - - - - - -
customers:customer_step              apart/merge_away          w - x w x - - - - - - -
customers:customer_step              merged/part               w - x w x - - - - - - -
customers:customer_step              retired/reopen            x - x w x - - - - - - -

# --- opportunity (no cell for customer service, legal, finance: 404)
customers:board                      .                         r r r r r - - - - - - -
customers:opportunity_list           .                         r r r r r - - - - - - -
customers:closed_report              .                         r r r r r - - - - - - -
customers:opportunity_new            .                         r r - r - - - - - - - -
customers:opportunity_create         customer                  w - x w x x x x - x - -
customers:opportunity_detail         deal                      r - - r r - - - - - - -
customers:opportunity_history        deal                      r - - r r - - - - - - -
customers:opportunity_edit           deal                      w - - w x - - - - - - -
customers:opportunity_research       research                  w - - w x - - - - - - -
customers:opportunity_screening      screening                 w - - w x - - - - - - -
customers:scorecard_edit             screening                 w - - w x - - - - - - -
customers:scorecard_agreement        screening                 w - - w x - - - - - - -
customers:opportunity_profile        screening                 w - - w x - - - - - - -
customers:interaction_create         first_contact             w - - w x - - - - - - -
customers:need_edit                  needs                     w - - w x - - - - - - -
customers:proposal_create            needs                     w - - w x - - - - - - -
customers:proposal_edit              proposal                  w - - w x - - - - - - -
customers:demonstration_create       needs                     w - - w x - - - - - - -
customers:question_list              deal                      r - - r r - - - - - - -
customers:question_create            deal                      w - - w x - - - - - - -
customers:questions_none             research                  w - - w x - - - - - - -
customers:question_answer            question                  w - - w x - - - - - - -
customers:question_accept            answered                  p - - p x - - - - - - -
customers:question_assign            problem                   w - - w x - - - - - - -
customers:question_close             problem                   p - - p x - - - - - - -
customers:termsheet_edit             deal                      w - - w x - - - - - - -
customers:termsheet_assess           deal                      w - - w x - - - - - - -
customers:margin_agreement           sheet_deal                w - - w x - - - - - - -
customers:follower_edit              follow_up                 w - - w x - - - - - - -
customers:follow_up_create           follow_up                 w - - w x - - - - - - -
customers:opportunity_step           research/screen           w - - w x - - - - - - -
customers:opportunity_step           screening/make_contact    w - - w x - - - - - - -
customers:opportunity_step           first_contact/explore_needs w - - w x - - - - - - -
customers:opportunity_step           needs/negotiate           w - - w x - - - - - - -
customers:opportunity_step           deal/follow               w - - w x - - - - - - -
customers:opportunity_step           deal/send_back            w - - w x - - - - - - -
customers:opportunity_step           deal/lose                 w - - w x - - - - - - -
customers:opportunity_step           lost/reopen               w - - w x - - - - - - -
customers:opportunity_step           follow_up/win             x - - x x - - - - - - -

# --- proposals written from a template, and quotations: as the opportunity
contracts:proposal_write             follow_up                 r - - r - - - - - - - -
contracts:proposal_rewrite           written_proposal          w - - w - - - - - - - -
contracts:quotation_list             .                         r r r r r - - - - - - -
kernel:export_start                  =quotations.csv           r r r r r - - - - - - -
contracts:quotation_create           follow_up                 w - - w - - - - - - - -
contracts:quotation_detail           quotation                 r - - r r - - - - - - -
contracts:quotation_history          quotation                 r - - r r - - - - - - -
contracts:quotation_print            quotation                 r - - r r - - - - - - -
contracts:quotation_edit             quotation                 w - - w x - - - - - - -
contracts:quotation_step             quotation/issue           w - - w x - - - - - - -
contracts:quotation_step             quotation/void            w - - w x - - - - - - -
contracts:quotation_step             issued_quotation/accept   w - - w x - - - - - - -
contracts:quotation_step             issued_quotation/decline  w - - w x - - - - - - -
contracts:quotation_step             issued_quotation/expire   x - - x x - - - - - - -

# --- risk (1.3.4): as the customer; accepting it is the manager's
customers:risk_list                  .                         r r r r r r r r - r - -
customers:risk_create                customer                  w - w w x x x x - x - -
customers:risk_detail                risk                      r - r r r r r r - r - -
customers:risk_history               risk                      r - r r r r r r - r - -
customers:risk_step                  risk/accept               x - x w x x x x - x - -
customers:risk_step                  risk/control              w - x w x x x x - x - -
customers:risk_step                  high_risk/report          w - x w x - - - - - - -
customers:risk_step                  reported_risk/confirm     x - x w x - - - - - - -
customers:risk_step                  reported_risk/send_back   x - x w x - - - - - - -
customers:risk_step                  reported_risk/withdraw    w - x x x - - - - - - -
customers:risk_step                  accepted_risk/close       w - x w x x x x - x - -

# --- contract template
contracts:contracttemplate_list        .                       r r - r r r r - - - - -
contracts:contracttemplate_create      .                       - - - - - w w - - - - -
contracts:contracttemplate_detail      template                r r - r r r r - - - - -
contracts:contracttemplate_detail      template_draft          - - - r r r r - - - - -
contracts:contracttemplate_print       template                r r - r r r r - - - - -
contracts:contracttemplate_print       template_draft          - - - r r r r - - - - -
contracts:contracttemplate_history     template                r r - r r r r - - - - -
contracts:contracttemplate_history     template_draft          - - - r r r r - - - - -
contracts:contracttemplate_edit        template_draft          - - - x x w w - - - - -
contracts:contracttemplate_edit        template                x x - x x x x - - - - -
contracts:contracttemplate_new_version template                x x - x x w w - - - - -
contracts:contracttemplate_step        template_draft/submit   - - - x x x w - - - - -
contracts:contracttemplate_step        template_review/approve - - - x x w x - - - - -
contracts:contracttemplate_step        template_review/send_back - - - x x w x - - - - -
contracts:contracttemplate_step        template_review/withdraw - - - x x x w - - - - -
contracts:contracttemplate_step        template/retire         x x - x x w w - - - - -
contracts:contracttemplate_step        template/supersede      x x - x x x x - - - - -
contracts:contracttemplate_step        template/expire         x x - x x x x - - - - -

# --- clause library: as templates
contracts:libraryclause_list           .                       r r - r r r r - - - - -
contracts:libraryclause_create         .                       - - - - - w w - - - - -
contracts:libraryclause_detail         library_clause          r r - r r r r - - - - -
contracts:libraryclause_new_version    library_clause          x x - x x w w - - - - -
contracts:libraryclause_detail         clause_draft            - - - r r r r - - - - -
contracts:libraryclause_history        library_clause          r r - r r r r - - - - -
contracts:libraryclause_edit           clause_draft            - - - x x w w - - - - -
contracts:libraryclause_edit           library_clause          x x - x x x x - - - - -
contracts:libraryclause_step           clause_draft/submit     - - - x x x w - - - - -
contracts:libraryclause_step           clause_draft/drop       - - - x x x w - - - - -
contracts:libraryclause_step           clause_review/approve   - - - x x w x - - - - -
contracts:libraryclause_step           clause_review/send_back - - - x x w x - - - - -
contracts:libraryclause_step           clause_review/withdraw  - - - x x x w - - - - -
contracts:libraryclause_step           library_clause/retire   x x - x x w w - - - - -
contracts:libraryclause_step           library_clause/supersede x x - x x x x - - - - -
contracts:contracttemplate_insert      template_draft          - - - x x w w - - - - -
contracts:contracttemplate_insert      template                x x - x x x x - - - - -
contracts:contract_insert              draft                   w - - x x x x - - - - -
contracts:contract_insert              manager_review          x - - x x x x x - x - -

# --- contract, before signing
contracts:contract_list              .                         r r r r r r r r - r - -
contracts:contract_create            .                         r r - r - - - - - - - -
contracts:contract_create            ?follow_up                w - - w - - - - - - - -
contracts:contract_detail            draft                     r - - r r r r - - - - -
contracts:contract_detail            manager_review            r - - r r r r r - r - -
contracts:contract_compare           draft                     r - - r r r r - - - - -
contracts:contract_compare           manager_review            r - - r r r r r - r - -
contracts:contract_print             draft                     r - - r r r r - - - - -
contracts:contract_print             manager_review            r - - r r r r r - r - -
contracts:contract_print_plain       draft                     r - - r r r r - - - - -
contracts:contract_print_plain       manager_review            r - - r r r r r - r - -
contracts:contract_history           draft                     r - - r r r r - - - - -
contracts:contract_history           manager_review            r - - r r r r r - r - -
contracts:contract_edit              draft                     w - - x x x x - - - - -
contracts:contract_edit              ready_to_sign             w - - x x x x x - x - -
contracts:contract_edit              manager_review            x - - x x x x x - x - -
contracts:contract_review            draft                     r - - r r r r - - - - -
contracts:contract_review            manager_review            r - - w r r r r - r - -
contracts:contract_review            legal_review              r - - r r w w r - r - -
contracts:opinion_create             draft                     x - - x x x x - - - - -
contracts:opinion_create             manager_review            x - - w x x x x - x - -
contracts:opinion_create             legal_review              x - - x x w w x - x - -
contracts:opinion_answer             opinion                   w - - x x x x x - x - -
contracts:opinion_accept             answered_opinion          x - - p x x x x - x - -
contracts:opinion_waive              opinion                   x - - w x x x x - x - -
contracts:contract_step              draft/submit              w - - x x x x - - - - -
contracts:contract_step              draft/void                w - - x x x x - - - - -
contracts:contract_step              manager_review/withdraw   w - - x x x x x - x - -
contracts:contract_step              manager_review/approve_terms x - - w x x x x - x - -
contracts:contract_step              manager_review/return_terms x - - w x x x x - x - -
contracts:contract_step              manager_review/reject     x - - w x x x x - x - -
contracts:contract_step              legal_review/withdraw     w - - x x x x x - x - -
contracts:contract_step              legal_review/approve_text x - - x x w w x - x - -
contracts:contract_step              legal_review/return_text  x - - x x w w x - x - -
contracts:contract_step              revising/resubmit_to_manager w - - x x x x x - x - -
contracts:contract_step              returned_text/resubmit_to_legal w - - x x x x x - x - -

# --- contract, signing and archive
contracts:contract_signing           ready_to_sign             w - - x x x x x - x - -
contracts:contract_explain           termed                    w - - x x x x x - x - -
contracts:sealrequest_create         termed                    w - - x x x x x - x - -
contracts:sealrequest_create         signed                    - - x x x x x x - x - -
contracts:sealrequest_list           .                         r r r r r r r r - r - -
contracts:sealrequest_detail         seal_request              r - - r r r r r - r - -
contracts:sealrequest_history        seal_request              r - - r r r r r - r - -
contracts:sealrequest_keep           seal_approved             x - - x x x x w - x - -
contracts:sealrequest_step           seal_request/approve      x - - w x x x x - x - -
contracts:sealrequest_step           seal_request/refuse       x - - w x x x x - x - -
contracts:sealrequest_step           seal_request/withdraw     w - - x x x x x - x - -
contracts:sealrequest_step           seal_request/lapse        x - - x x x x x - x - -
contracts:sealrequest_step           seal_approved/apply_seal  x - - x x x x w - x - -
contracts:sealrequest_step           seal_approved/decline     x - - x x x x w - x - -
contracts:seal_register              .                         - - - r r r r r - r - -
contracts:seal_register_pdf          .                         - - - r r - - r - r - -
contracts:contract_step              ready_to_sign/sign        w - - x x x x x - x - -
contracts:contract_step              ready_to_sign/reopen      w - - x x x x x - x - -
contracts:contract_detail            signed                    r - r r r r r r - r - -
contracts:contract_compare           signed                    r - r r r r r r - r - -
contracts:contract_print             signed                    r - r r r r r r - r - -
contracts:contract_print_plain       signed                    r - r r r r r r - r - -
contracts:contract_history           signed                    r - r r r r r r - r - -
contracts:contract_supplement        signed                    w - x w x x x x - x - -
contracts:contract_custody           signed                    x - x x x x x w - x - -
contracts:contract_step              signed/archive            x - x x x x x w - x - -
contracts:contract_step              archived/fulfil           w - x w x x x x - x - -
contracts:loan_create                archived                  x - x x x x x w - x - -
contracts:loan_list                  .                         - - - r r r r r - r - -
contracts:loan_detail                loan                      r - r r r r r r r r - -
contracts:loan_history               loan                      r - r r r r r r r r - -
contracts:loan_step                  loan/take_back            x - x x x x x w x x - -
contracts:loan_step                  loan/report_loss          x - x x x x x w x x - -
contracts:loan_step                  lost_loan/recover         x - x x x x x w - x - -
contracts:contract_step              archived/ask_termination  w - x w x x x x - x - -
contracts:contract_step              terminating/terminate     x - x w x x x x - x - -
contracts:contract_step              terminating/keep_running  x - x w x x x x - x - -
contracts:contract_step              terminating/withdraw_termination w - x x x x x x - x - -
contracts:ledger                     .                         - - - r r r r r - r - -
contracts:ledger_pdf                 .                         - - - r r - - r - r - -

# --- collection: what customers owe, invoices, money received; the fulfilment checklist
contracts:collection                 .                         r r - r r - - - - r - -
kernel:export_start                  =collection.csv           r r - r r - - - - r - -
contracts:contract_collection        archived                  r - r r r r r r - r - -
contracts:contract_write_off         archived                  w - - x x - - - - x - -
contracts:payment_move               planned                   w - - x x - - - - w - -
contracts:invoice_create             planned                   w - - x x - - - - x - -
contracts:invoicerequest_detail      invoice                   r - - r r - - - - r - -
contracts:invoicerequest_history     invoice                   r - - r r - - - - r - -
contracts:invoicerequest_step        invoice/issue             x - - x x - - - - w - -
contracts:invoicerequest_step        invoice/refuse            x - - x x - - - - w - -
contracts:invoicerequest_step        invoice/withdraw          w - - x x - - - - x - -
contracts:invoice_reverse            issued_invoice            w - - x x - - - - x - -
contracts:receipt_create             archived                  - - - - - - - - - w - -
contracts:receipt_reverse            receipt                   - - - - - - - - - w - -
contracts:obligation_create          archived                  w - x w x x x x - x - -
contracts:obligation_edit            obligation                w - x w x x x x - x - -
contracts:obligation_step            obligation/complete       w - x x x x x x - x - -
contracts:obligation_step            obligation/drop           x - x w x x x x - x - -
contracts:obligation_step            done_obligation/reopen    w - x x x x x x - x - -

# --- after-sales service: customer service, the department to which it is routed, the customer's salesperson
aftersales:feedback_bench            .                         r r r r r - - - r - - -
aftersales:feedback_list             .                         r r r r r - - - r - - -
aftersales:feedback_create           .                         - - w - - - - - - - - -
aftersales:feedback_answered         .                         - - w - - - - - - - - -
aftersales:feedback_detail           feedback_received         r - r r r - - - - - - -
aftersales:feedback_history          feedback_received         r - r r r - - - - - - -
aftersales:feedback_detail           feedback_assigned         r - r r r - - - r - - -
aftersales:feedback_history          feedback_assigned         r - r r r - - - r - - -
aftersales:feedback_edit             feedback_received         - - w - - - - - - - - -
aftersales:feedback_tell             feedback_received         - - w - - - - - - - - -
aftersales:feedback_time             feedback_assigned         - - w - - - - - - - - -
aftersales:feedback_waiting          feedback_assigned         - - p - - - - - - - - -
aftersales:feedback_finding          feedback_investigating    x - w x x - - - w - - -
aftersales:feedback_note             feedback_investigating    x - w x x - - - w - - -
aftersales:feedback_step             feedback_received/assign  x - w x x - - - - - - -
aftersales:feedback_step             feedback_assigned/hand_back x - w x x - - - w - - -
aftersales:feedback_step             feedback_assigned/investigate x - w x x - - - w - - -
aftersales:feedback_step             feedback_investigating/solve x - w x x - - - w - - -
aftersales:feedback_step             feedback_solving/resolve  x - w x x - - - w - - -
aftersales:feedback_step             feedback_resolved/confirm x - w x x - - - x - - -
aftersales:feedback_step             feedback_resolved/refuse  x - w x x - - - x - - -
aftersales:feedback_step             feedback_resolved/confirm_by_link x - x x x - - - x - - -
aftersales:feedback_step             feedback_resolved/refuse_by_link x - x x x - - - x - - -
aftersales:feedback_step             feedback_lapsed/reopen    x - w x x - - - x - - -
aftersales:feedback_step             feedback_received/close   x - x w x - - - - - - -
aftersales:feedback_step             feedback_resolved/lapse   x - x w x - - - x - - -
aftersales:feedback_step             feedback_lapsed/reopen_by_mail x - x x x - - - x - - -
aftersales:feedback_figures          .                         - - r r r - - - - - - -
aftersales:delivery_figures          .                         - - r r r - - - - - - -
aftersales:delivery_orders           .                         - - r r r - - - - - - -
aftersales:delivery_lines            .                         - - r r r - - - - - - -
kernel:export_start                  =feedback-figures.csv     - - r r r - - - - - - -
aftersales:mail_list                 .                         - - r r r - - - - - - -
aftersales:mail_detail               mail                      - - r r r - - - - - - -
aftersales:mail_history              mail                      - - r r r - - - - - - -
aftersales:mail_step                 mail/record               - - w x x - - - - - - -
aftersales:mail_step                 mail/attach               - - w x x - - - - - - -
aftersales:mail_step                 mail/discard              - - w x x - - - - - - -
aftersales:mail_step                 mail/attach_by_itself     - - x x x - - - - - - -
aftersales:mail_step                 mail/ignore               - - x x x - - - - - - -
aftersales:mail_step                 mail_ignored/restore      - - w x x - - - - - - -
aftersales:measure_list              .                         r r r r r r r r r r r r
aftersales:measure_create            .                         - - w w - - - - - - - -
aftersales:measure_detail            measure_proposed          - - r r r - - - r - - -
aftersales:measure_history           measure_proposed          - - r r r - - - r - - -
aftersales:measure_edit              measure_proposed          - - w w x - - - x - - -
aftersales:measure_edit              measure_open              - - x w x - - - x - - -
aftersales:measure_evidence          measure_open              - - x x x - - - w - - -
aftersales:measure_step              measure_proposed/agree    - - x w x - - - x - - -
aftersales:measure_step              measure_proposed/reject   - - x w x - - - x - - -
aftersales:measure_step              measure_proposed/order    - - x x x - - - x - - -
aftersales:measure_step              measure_proposed/withdraw - - w x x - - - x - - -
aftersales:measure_step              measure_open/finish       - - x x x - - - w - - -
aftersales:measure_step              measure_open/drop         - - x w x - - - x - - -
aftersales:measure_step              measure_done/verify       - - w x x - - - x - - -
aftersales:measure_step              measure_done/fail         - - w x x - - - x - - -
aftersales:measure_step              measure_done/drop         - - x w x - - - x - - -
aftersales:measure_detail            measure_verified          - - r r r - - - r - - -
kernel:export_start                  =measures.csv             r r r r r r r r r r r r
"""
TABLE += ORDERS + SUPPLY + GOODS + SURVEYS

# The admin: accounts and settings for the administrator, joiners and leavers for HR, contracts and templates to be read
# and drafts of templates to be mended for legal, rates for finance. Nothing is deleted but a calendar day to come.
# x is 403; - is 404 (of who has no business there at all: after the detour over the sign-in page; of the others: no history is kept); r is shown to be read only (its POST changes nothing).
ADMIN_COLUMNS = ("ALL", "LG", "AU", "FI", "HR", "AD")
ADMIN_TABLE = """
# page                               row               ALL LG AU FI HR AD
index                                .                  - r r r r r
app_list                             =kernel            - - - - - r
app_list                             =organization      - - - - r r
app_list                             =catalog           - - - r - r
app_list                             =contracts         - r r - - r
app_list                             =orders            - - - - - r
app_list                             =aftersales        - - - - - r
autocomplete                         .                  - x x x x x
jsi18n                               .                  - r r r r r
password_change                      .                  - r r r r r
password_change_done                 .                  - r r r r r
organization_user_changelist         .                  - x x x r r
organization_user_add                .                  - x x x x w
organization_user_change             colleague          - x x x w w
organization_user_history            colleague          - x x x r r
organization_user_end_sign_ins     colleague          - x x x w w
organization_user_delete             colleague          - x x x x x
organization_department_changelist   .                  - x x x r r
organization_department_add          .                  - x x x w w
organization_department_change       department         - x x x w w
organization_department_history      department         - x x x - -
organization_department_delete       department         - x x x x x
organization_office_changelist       .                  - x x x r r
organization_office_add              .                  - x x x x w
organization_office_change           office             - x x x r r
organization_office_history          office             - x x x - -
organization_office_delete           office             - x x x x x
organization_company_changelist      .                  - x x x x r
organization_company_add             .                  - x x x x x
organization_company_change          company            - x x x x w
organization_company_history         company            - x x x x r
organization_company_delete          company            - x x x x x
kernel_setting_changelist            .                  - x x x x r
kernel_setting_add                   .                  - x x x x w
kernel_setting_change                setting            - x x x x w
kernel_setting_history               setting            - x x x x -
kernel_setting_delete                setting            - x x x x x
kernel_calendarday_changelist        .                  - x x x x r
kernel_calendarday_add               .                  - x x x x w
kernel_calendarday_change            day                - x x x x w
kernel_calendarday_history           day                - x x x x -
kernel_calendarday_delete            day                - x x x x w
orders_defectcause_changelist        .                  - x x x x r
orders_defectcause_add               .                  - x x x x w
orders_defectcause_change            defect_cause       - x x x x w
orders_defectcause_history           defect_cause       - x x x x r
orders_defectcause_delete            defect_cause       - x x x x x
orders_packingitem_changelist        .                  - x x x x r
orders_packingitem_add               .                  - x x x x w
orders_packingitem_change            packing_item       - x x x x w
orders_packingitem_history           packing_item       - x x x x r
orders_packingitem_delete            packing_item       - x x x x x
catalog_product_changelist           .                  - x x r x r
catalog_product_add                  .                  - x x x x w
catalog_product_change               product            - x x r x w
catalog_product_history              product            - x x r x r
catalog_product_delete               product            - x x x x x
catalog_exchangerate_changelist      .                  - x x r x x
catalog_exchangerate_add             .                  - x x w x x
catalog_exchangerate_change          rate               - x x w x x
catalog_exchangerate_history         rate               - x x - x x
catalog_exchangerate_delete          rate               - x x x x x
contracts_seal_changelist            .                  - x x x x r
contracts_seal_add                   .                  - x x x x w
contracts_seal_change                seal               - x x x x w
contracts_seal_history               seal               - x x x x r
contracts_seal_delete                seal               - x x x x x
contracts_contracttemplate_changelist .                 - r r x x x
contracts_contracttemplate_add       .                  - x x x x x
contracts_contracttemplate_change    template_draft     - w w x x x
contracts_contracttemplate_change    template           - r r x x x
contracts_contracttemplate_history   template_draft     - r r x x x
contracts_contracttemplate_delete    template_draft     - x x x x x
contracts_contract_changelist        .                  - r r x x x
contracts_contract_add               .                  - x x x x x
contracts_contract_change            draft              - r r x x x
contracts_contract_history           draft              - r r x x x
contracts_contract_delete            draft              - x x x x x
contracts_reviewopinion_changelist   .                  - r r x x x
contracts_reviewopinion_add          .                  - x x x x x
contracts_reviewopinion_change       opinion            - r r x x x
contracts_reviewopinion_history      opinion            - r r x x x
contracts_reviewopinion_delete       opinion            - x x x x x
aftersales_causecategory_changelist  .                  - x x x x r
aftersales_causecategory_add         .                  - x x x x w
aftersales_causecategory_change      cause              - x x x x w
aftersales_causecategory_history     cause              - x x x x -
aftersales_causecategory_delete      cause              - x x x x x
"""

# Reached without signing in; who enters where is not a question of role. Private links stand in their own test.
OPEN_TO_ALL = (
    "aftersales:feedback_page",
    "aftersales:feedback_public",
    "aftersales:feedback_thanks",
    "aftersales:feedback_word",
    "aftersales:order_rate",
    "aftersales:order_report",
    "aftersales:survey_no_more",
    "aftersales:survey_page",
    "aftersales:survey_refused",
    "aftersales:survey_thanks",
    "health",
    "kernel:calendar_feed",
    "orders:order_public",
    "orders:order_public_packing_list",
    "organization:login",
    "organization:logout",
    "organization:invitation",
    "organization:password_reset",
    "organization:password_reset_done",
    "organization:password_reset_confirm",
    "organization:password_reset_complete",
    "organization:set_language",
    "admin:login",
    "admin:logout",
)


def rows_of(table, columns):
    """Each line of a table: the page, the row with its step, and the answer for each column."""
    for line in table.splitlines():
        if line and not line.startswith("#"):
            page, subject, *answers = line.split()
            assert len(answers) == len(columns), line
            yield page, subject, dict(zip(columns, answers, strict=True))
