// Channels that lie side by side, for kernels with tables or sums by channel.

#ifndef CDNNL_LANES_H
#define CDNNL_LANES_H

/// Neighbouring channels of one image that a kernel takes together.
enum { LANES = 16 };

/// Runs a kernel on up to LANES channels of a block, from `lane` on. In whole blocks their number and their distance are
/// constants, so that the channels lie in registers.
#define WITH_LANES(block, lane, kernel, ...) \
    do { \
        size_t width_ = (block) - (lane) < LANES ? (block) - (lane) : LANES; \
        if ((block) == LANES) kernel(__VA_ARGS__, LANES, LANES); \
        else if ((block) == 8) kernel(__VA_ARGS__, 8, 8); \
        else if ((block) == 1) kernel(__VA_ARGS__, 1, 1); \
        else kernel(__VA_ARGS__, (block), width_); \
    } while (0)

#endif
