// Redis client library.
#include <hiredis/hiredis.h>

// The message sits in a fixed array, which Swift sees as a tuple.
static inline const char *segue_redis_message(const redisContext *c)
{
    return c->errstr;
}
