#include "secrets.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

void wipe(const PrivateKey<DCRTPoly> &key) {
    if (!key) return;
    // The key is not constant, only what it shows of itself is.
    for (auto &tower : const_cast<DCRTPoly &>(key->GetPrivateElement()).GetAllElements()) {
        if (!tower.IsEmpty()) explicit_bzero(&tower[0], tower.GetLength() * sizeof(tower[0]));
    }
}

int32_t write_secret(const char *path, const SecretBytes &bytes) {
    std::string name = std::string(path) + ".XXXXXX";
    const int file = mkostemp(name.data(), O_CLOEXEC);
    bool done = file >= 0;
    for (size_t written = 0; done && written < bytes.size();) {
        const ssize_t count = write(file, bytes.data() + written, bytes.size() - written);
        done = count > 0;
        if (done) written += static_cast<size_t>(count);
    }
    if (file >= 0) {
        done = fsync(file) == 0 && done;
        done = close(file) == 0 && done;
        done = done && rename(name.c_str(), path) == 0;
        if (!done) unlink(name.c_str());
    }
    if (!done) throw std::runtime_error("the file could not be written");
    return 1;
}

SecretBytes read_secret(const char *path) {
    constexpr size_t piece = 1 << 16;
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) throw std::runtime_error("the file cannot be read");
    SecretBytes bytes;
    ssize_t count = 1;
    while (count > 0) {
        const size_t size = bytes.size();
        bytes.resize(size + piece);
        count = read(file, bytes.data() + size, piece);
        bytes.resize(size + static_cast<size_t>(std::max<ssize_t>(count, 0)));
    }
    close(file);
    if (count < 0) throw std::runtime_error("the file cannot be read");
    return bytes;
}
