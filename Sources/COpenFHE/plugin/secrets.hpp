// Secrets leave no copy in memory that the plugin gave back. The library's own intermediate values are not reached.
#pragma once
#include "objects.hpp"

#include <sstream>
#include <string.h>

/// Overwrites the residues of a secret key; nothing where there is none.
void wipe(const PrivateKey<DCRTPoly> &key);

/// A secret key that is wiped when it goes.
struct Secret {
    PrivateKey<DCRTPoly> key;

    Secret() = default;
    Secret(const Secret &) = delete;
    Secret &operator=(const Secret &) = delete;
    ~Secret() { wipe(key); }
};

/// Memory that is overwritten before it is given back, for strings and streams that a secret passes through.
template <class T> struct WipedMemory {
    using value_type = T;

    WipedMemory() = default;
    template <class Other> WipedMemory(const WipedMemory<Other> &) {}

    T *allocate(size_t count) { return std::allocator<T>().allocate(count); }
    void deallocate(T *memory, size_t count) {
        explicit_bzero(memory, count * sizeof(T));
        std::allocator<T>().deallocate(memory, count);
    }
    template <class Other> bool operator==(const WipedMemory<Other> &) const { return true; }
    template <class Other> bool operator!=(const WipedMemory<Other> &) const { return false; }
};

using SecretBytes = std::basic_string<char, std::char_traits<char>, WipedMemory<char>>;
using SecretOutput = std::basic_ostringstream<char, std::char_traits<char>, WipedMemory<char>>;
using SecretInput = std::basic_istringstream<char, std::char_traits<char>, WipedMemory<char>>;

/// Writes a secret: the bytes go into a new file of the owner's alone, which then takes the path's place.
int32_t write_secret(const char *path, const SecretBytes &bytes);

/// What write_secret wrote.
SecretBytes read_secret(const char *path);
