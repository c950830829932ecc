// What stands behind the opaque types of COpenFHE.h, and what all functions of the plugin share.
#pragma once
#include "COpenFHE.h"

#include "openfhe.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

using namespace lbcrypto;
using Context = CryptoContext<DCRTPoly>;

struct centroid_context {
    Context context;
    /// Ends the tag of every key for a lower context; empty for a whole one.
    std::string suffix;
};
struct centroid_client {
    Context context;
    KeyPair<DCRTPoly> keys;
};
struct centroid_ciphertext {
    Ciphertext<DCRTPoly> ciphertext;
};
struct centroid_plaintext {
    DCRTPoly element;
    double scale;
};
struct centroid_digits {
    std::shared_ptr<std::vector<DCRTPoly>> digits;
};
struct centroid_evaluation_keys {
    std::string tag;
};

/// Why the last function on this thread failed.
extern thread_local std::string reason;

/// The library built without OpenMP has one generator of random numbers for the whole process, unguarded: two threads
/// that draw at once might draw the same. And it keeps contexts, evaluation keys and the tables of number-theoretic
/// transforms for the process, unguarded too. So everything that draws (secrets, noise, key tags, roots of unity) or
/// changes a table does it under this lock: what makes or reads parameters does both.
extern std::mutex process;

/// What `body` returns; nothing of its kind and a reason where it throws.
template <class Body> auto guarded(Body body) noexcept -> decltype(body()) {
    try {
        return body();
    } catch (const std::exception &error) {
        reason = error.what();
    } catch (...) {
        reason = "an exception without a text";
    }
    return decltype(body()){};
}

inline centroid_ciphertext *made(Ciphertext<DCRTPoly> ciphertext) {
    return new centroid_ciphertext{std::move(ciphertext)};
}

/// The tag of a client's keys for a context, from the tag of its keys for any other one.
inline std::string tag_under(const centroid_context *context, const std::string &tag) {
    return tag.substr(0, tag.find('/')) + context->suffix;
}
