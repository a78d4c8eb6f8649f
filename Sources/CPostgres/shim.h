// PostgreSQL client library (libpq).
#include <libpq-fe.h>
#include <sys/eventfd.h>

// Field codes of error reports: character constants in the library's header, which import as no particular type.
enum {
    SEGUE_PG_SQLSTATE = PG_DIAG_SQLSTATE,
    SEGUE_PG_MESSAGE = PG_DIAG_MESSAGE_PRIMARY,
    SEGUE_PG_DETAIL = PG_DIAG_MESSAGE_DETAIL,
    SEGUE_PG_HINT = PG_DIAG_MESSAGE_HINT,
    SEGUE_PG_CONSTRAINT = PG_DIAG_CONSTRAINT_NAME,
};
