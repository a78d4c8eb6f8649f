// Containers, codecs and sample conversion (FFmpeg).
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
#include <libavutil/dict.h>
#include <libavutil/error.h>
#include <libavutil/opt.h>
#include <libavutil/samplefmt.h>
#include <libswresample/swresample.h>

// Function-like macros, which do not import.
enum {
    SEGUE_AV_END = AVERROR_EOF,
    SEGUE_AV_AGAIN = AVERROR(EAGAIN),
    SEGUE_AV_FORBIDDEN = AVERROR(EPERM),
    SEGUE_AV_INVALID = AVERROR_INVALIDDATA,
};
static const int64_t SEGUE_AV_NO_TIME = AV_NOPTS_VALUE;
