"""The table of SECURITY C for order execution: departments act on what was issued to them, and see no amount."""

TABLE = """
# page                               row and step             OWN OTH CS SM DR LG AU CU DEP FI HR AD

# --- order: customer service enters and follows it, the manager decides, departments see what was issued to them
orders:order_list                    .                         r r r r r - - - r r - -
kernel:export_start                  =orders.csv               r r r r r - - - r r - -
orders:order_create                  .                         - - r - - - - - - - - -
orders:order_enter                   unordered                 - - p - - - - - - - - -
orders:order_detail                  order_draft               r - r r r - - - - r - -
orders:order_detail                  order                     r - r r r - - - r r - -
orders:order_history                 order_draft               r - r r r - - - - r - -
orders:order_history                 order                     r - r r r - - - r r - -
orders:order_edit                    order_draft               - - w - - - - - - - - -
orders:order_edit                    order                     - - x - - - - - - - - -
orders:order_step                    order_draft/place         x - w x x - - - - x - -
orders:order_step                    order_draft/discard       x - w x x - - - - x - -
orders:order_step                    order/hold                x - x w x - - - x x - -
orders:order_step                    order/cancel              x - x w x - - - x x - -
orders:order_step                    order/start               x - x x x - - - x x - -
orders:acknowledgement_step          acknowledgement/acknowledge x - x x x - - - w x - -
orders:acknowledgement_step          acknowledgement/ask       x - x x x - - - w x - -
orders:acknowledgement_step          queried/reply             x - w x x - - - x x - -
orders:ordercontact_create           order                     - - w - - - - - - - - -
orders:orderline_accept              service_line              - - w - - - - - - - - -
orders:orderline_accept              order_line                - - x - - - - - - - - -
orders:orderexception_create         order                     w - w w w - - - w w - -
orders:orderexception_detail         exception                 r - r r r - - - r r - -
orders:orderexception_history        exception                 r - r r r - - - r r - -
orders:orderexception_edit           exception                 x - w x x - - - x x - -
orders:orderexception_step           exception/resolve         x - w x x - - - x x - -
orders:orderchange_create            order_line                x - w x x - - - x x - -
orders:order_cancellation            order                     x - w x x - - - x x - -
orders:orderchange_detail            change                    r - r r r - - - r r - -
orders:orderchange_history           change                    r - r r r - - - r r - -
orders:orderchange_step              change/approve            x - x w x - - - x x - -
orders:orderchange_step              change/refuse             x - x w x - - - x x - -
orders:orderchange_step              change/withdraw           x - w x x - - - x x - -
"""
