"""The lines of the permission matrix for production and purchasing (see matrix.py for what the letters say).

Plans are seen by whoever sees their order; suppliers, purchases and what is paid by purchasing, manager, director and
finance alone; stock by production, purchasing, manager and director.
"""

TABLE = """
# --- production: plans, tasks, materials handed out
orders:production_bench              .                         - - - - - - - - r - - -
orders:productionplan_list           .                         r r r r r - - - r r - -
kernel:export_start                  =production-plans.csv     r r r r r - - - r r - -
orders:productionplan_create         unplanned_order           - - - - - - - - p - - -
orders:productionplan_detail         plan_draft                r - r r r - - - r r - -
orders:productionplan_edit           plan_draft                - - - - - - - - w - - -
orders:productionplan_history        plan_draft                r - r r r - - - r r - -
orders:productionplan_step           plan_draft/confirm        x - x x x - - - w x - -
orders:productionplan_step           plan_draft/drop           x - x x x - - - x x - -
orders:productionplan_step           plan_confirmed/start      x - x x x - - - x x - -
orders:productionplan_step           plan_running/finish       x - x x x - - - x x - -
orders:plantask_start                task                      - - - - - - - - p - - -
orders:plantask_report               task                      - - - - - - - - w - - -
orders:planmaterial_issue            need                      - - - - - - - - w - - -

# --- purchasing: shortage list, purchases, receipts, suppliers, stock
orders:purchasing_bench              .                         - - - - - - - - r - - -
orders:shortage_list                 .                         - - - - - - - - w - - -
kernel:export_start                  =shortage.csv             - - - - - - - - r - - -
orders:purchaseorder_list            .                         - - - r r - - - r r - -
kernel:export_start                  =purchases.csv            - - - r r - - - r r - -
orders:purchaseorder_detail          purchase                  - - - r r - - - r r - -
orders:purchaseorder_print           purchase                  - - - r r - - - r r - -
orders:purchaseorder_history         purchase                  - - - r r - - - r r - -
orders:purchaseorder_edit            purchase_requested        - - - - - - - - w - - -
orders:purchaseorder_step            purchase_requested/order  - - - x x - - - w x - -
orders:purchaseorder_step            purchase_requested/cancel - - - x x - - - w x - -
orders:purchaseorder_step            purchase_requested/drop   - - - x x - - - x x - -
orders:purchaseorder_step            purchase/receive          - - - x x - - - x x - -
orders:purchasenote_create           purchase                  - - - - - - - - w - - -
orders:purchaseline_receive          purchase_line             - - - - - - - - w - - -
orders:supplier_list                 .                         - - - r r - - - r r - -
kernel:export_start                  =suppliers.csv            - - - r r - - - r r - -
orders:supplier_detail               supplier                  - - - r r - - - r r - -
orders:supplier_create               .                         - - - - - - - - w - - -
orders:supplier_edit                 supplier                  - - - - - - - - w - - -
orders:qualification_create          supplier                  - - - - - - - - w - - -
orders:material_list                 .                         - - - r r - - - r - - -
kernel:export_start                  =materials.csv            - - - r r - - - r - - -
orders:material_detail               material                  - - - r r - - - r - - -
orders:material_create               .                         - - - - - - - - w - - -
orders:material_edit                 material                  - - - - - - - - w - - -
orders:material_adjust               material                  - - - - - - - - w - - -
"""
