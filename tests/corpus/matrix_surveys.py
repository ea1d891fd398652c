"""The permission matrix of return visits, questionnaires, campaigns and surveys (SECURITY C, "survey response")."""

TABLE = """
# page                               row and step             OWN OTH CS SM DR LG AU CU DEP FI HR AD

aftersales:visit_list                .                         r r r r r - - - - - - -
aftersales:visit_create              .                         - - w - - - - - - - - -
aftersales:visit_cadence             apart                     w - w w x - - - - - - -
aftersales:returnvisit_detail        visit_due                 r - r r r - - - - - - -
aftersales:returnvisit_detail        visit_asked               r - r r r - - - - - - -
aftersales:returnvisit_history       visit_due                 r - r r r - - - - - - -
aftersales:visit_attempt             visit_due                 - - w - - - - - - - - -
aftersales:returnvisit_step          visit_due/record          x - w x x - - - - - - -
aftersales:returnvisit_step          visit_due/ask_to_skip     x - w x x - - - - - - -
aftersales:returnvisit_step          visit_asked/skip          x - x w x - - - - - - -
aftersales:returnvisit_step          visit_asked/refuse        x - x w x - - - - - - -
aftersales:returnvisit_step          visit_asked/withdraw      x - w x x - - - - - - -
aftersales:questionnaire_list        .                         r r r r r - - - - - - -
aftersales:questionnaire_create      .                         - - w - - - - - - - - -
aftersales:questionnaires_usual      .                         - - p - - - - - - - - -
aftersales:questionnaire_detail      questionnaire             r r r r r - - - - - - -
aftersales:questionnaire_history     questionnaire             r r r r r - - - - - - -
aftersales:questionnaire_version     questionnaire             - - p - - - - - - - - -
aftersales:question_create           questionnaire_draft       - - w - - - - - - - - -
aftersales:question_edit             question                  - - w - - - - - - - - -
aftersales:question_delete           question                  - - p - - - - - - - - -
aftersales:questionnaire_step        questionnaire_draft/put_in_use x x w x x - - - - - - -
aftersales:questionnaire_step        questionnaire/retire      x x w x x - - - - - - -
aftersales:campaign_list             .                         r r r r r - - - - - - -
aftersales:campaign_create           .                         - - w - - - - - - - - -
aftersales:campaign_detail           campaign                  - - r r r - - - - - - -
aftersales:campaign_history          campaign                  - - r r r - - - - - - -
aftersales:campaign_report           campaign                  - - r r r - - - - - - -
aftersales:campaign_edit             campaign_draft            - - w - - - - - - - - -
aftersales:campaign_step             campaign_draft/start      - - w x x - - - - - - -
aftersales:campaign_step             campaign/stop             - - w x x - - - - - - -
aftersales:campaign_step             campaign/close            - - w x x - - - - - - -
aftersales:campaign_step             campaign_stopped/resume   - - w x x - - - - - - -
aftersales:survey_list               .                         r r r r r - - - - - - -
aftersales:survey_detail             survey                    r - r r r - - - - - - -
aftersales:survey_detail             survey_answered           r - r r r - - - - - - -
aftersales:survey_take               survey                    - - w - - - - - - - - -
aftersales:survey_refusal            survey                    - - p - - - - - - - - -
aftersales:survey_results            .                         r r r r r - - - - - - -
aftersales:survey_words              .                         r r r r r - - - - - - -
kernel:export_start                  =visits.csv               r r r r r - - - - - - -
kernel:export_start                  =surveys.csv              r r r r r - - - - - - -
kernel:export_start                  =campaigns.csv            r r r r r - - - - - - -
kernel:export_start                  =survey-answers.csv       r r r r r - - - - - - -
"""
