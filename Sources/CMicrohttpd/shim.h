// HTTP server library.
#include <microhttpd.h>
#include <stdbool.h>

// What MHD_start_daemon takes as variadic options, by name.
struct segue_http_options {
    unsigned int connections;   // at most
    unsigned int idle_seconds;  // 0: never
    size_t connection_memory;   // bytes for one connection's headers and buffers
    MHD_AccessHandlerCallback access;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
    void *(*target)(void *context, const char *target, struct MHD_Connection *connection);
    void *context;              // handed to every callback
};

// Starts a thread that serves the connections given to MHD_add_connection. MHD_start_daemon is variadic, which Swift
// cannot call. Returns NULL on failure with errno set.
static inline struct MHD_Daemon *segue_http_start(const struct segue_http_options *o)
{
    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, o->access, o->context,
        MHD_OPTION_CONNECTION_LIMIT, o->connections,
        MHD_OPTION_CONNECTION_TIMEOUT, o->idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, o->connection_memory,
        MHD_OPTION_NOTIFY_COMPLETED, o->completed, o->context,
        MHD_OPTION_NOTIFY_CONNECTION, o->connection, o->context,
        MHD_OPTION_URI_LOG_CALLBACK, o->target, o->context,
        MHD_OPTION_END);
}

// MHD_get_connection_info is variadic. What the connection callback stored for this socket, or NULL.
static inline void *segue_http_socket_context(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *i = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return i ? i->socket_context : NULL;
}

// The client's socket, or -1.
static inline int segue_http_socket(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *i = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    return i ? i->connect_fd : -1;
}

// The client's address, or NULL; lives as long as the connection.
static inline const struct sockaddr *segue_http_client_address(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *i = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return i ? i->client_addr : NULL;
}

// Bytes of the request line and headers.
static inline size_t segue_http_header_size(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *i = MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return i ? i->header_size : 0;
}

// True exactly once on each thread. Call it from one place only: the flag is private to each object file.
static inline bool segue_http_first_call_on_this_thread(void)
{
    static _Thread_local bool called = false;
    bool first = !called;
    called = true;
    return first;
}
