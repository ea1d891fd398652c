"""The lines of the permission matrix for quality and logistics (see matrix.py for what the letters say).

Who sees an order sees what was inspected and shipped of it; credit notes are hidden from the departments.
"""

TABLE = """
# --- inspection, rework, shipments, returns (3.3.4 to 3.3.6)
orders:quality_bench                 .                         - - r r r - - - r r - -
orders:quality_figures               .                         - - r r r - - - r r - -
orders:logistics_bench               .                         - - r r r - - - r r - -
orders:delivery_calendar             .                         r r r r r - - - r r - -
orders:order_trace                   goods_order               r - r r r - - - r r - -
orders:inspection_list               .                         r r r r r - - - r r - -
orders:inspection_create             goods_line                - - - - - - - - w - - -
orders:inspection_detail             inspection                r - r r r - - - r r - -
orders:inspection_history            inspection                r - r r r - - - r r - -
orders:inspection_report             inspection                r - r r r - - - r r - -
orders:inspection_step               inspection_open/judge     x - x x x - - - w x - -
orders:defect_create                 inspection                - - - - - - - - w - - -
orders:inspection_photo              inspection                - - - - - - - - w - - -
orders:reworktask_detail             rework                    r - r r r - - - r r - -
orders:reworktask_history            rework                    r - r r r - - - r r - -
orders:reworktask_step               rework/finish             x - x x x - - - w x - -
orders:reworktask_step               rework/scrap              x - x w x - - - x x - -
orders:shipment_list                 .                         r r r r r - - - r r - -
orders:shipment_create               goods_order               - - - - - - - - w - - -
orders:shipment_detail               packing                   r - r r r - - - r r - -
orders:shipment_history              packing                   r - r r r - - - r r - -
orders:shipment_edit                 packing                   - - - - - - - - w - - -
orders:shipment_lines                packing                   - - - - - - - - w - - -
orders:packing_tick                  packing_check             - - - - - - - - p - - -
orders:shipment_packing_list         packing                   r - r r r - - - r r - -
orders:shipment_label                packing                   r - r r r - - - r r - -
orders:shipment_step                 packing/ship              x - x x x - - - w x - -
orders:shipment_step                 packing/cancel            x - x x x - - - w x - -
orders:shipment_track                on_way                    - - w - - - - - w - - -
orders:shipment_told                 on_way                    - - w - - - - - - - - -
orders:shipment_problem              on_way                    - - w - - - - - w - - -
orders:shipment_step                 on_way/receive            x - w x x - - - x x - -
orders:goodsreturn_create            on_way                    - - w - - - - - - - - -
orders:goodsreturn_detail            goods_return              r - r r r - - - r r - -
orders:goodsreturn_history           goods_return              r - r r r - - - r r - -
orders:goodsreturn_step              goods_return/write_off    x - w x x - - - x x - -
orders:goodsreturn_step              goods_return/withdraw     x - w x x - - - x x - -
orders:creditnote_create             goods_order               - - w - - - - - - - - -
orders:creditnote_detail             credit                    r - r r r - - - - r - -
orders:creditnote_history            credit                    r - r r r - - - - r - -
orders:creditnote_step               credit/approve            x - x w x - - - - x - -
orders:creditnote_step               credit/withdraw           x - w x x - - - - x - -
kernel:export_start                  =inspections.csv          r r r r r - - - r r - -
kernel:export_start                  =shipments.csv            r r r r r - - - r r - -
"""
