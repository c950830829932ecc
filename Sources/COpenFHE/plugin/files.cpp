#include "files.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <string.h>
#include <unistd.h>

std::ifstream opened(const char *path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw std::runtime_error("the file cannot be read");
    return stream;
}

std::ofstream created(const char *path) {
    std::ofstream stream(path, std::ios::binary | std::ios::trunc);
    if (!stream) throw std::runtime_error("the file cannot be written");
    return stream;
}

int32_t closed(std::ofstream &stream) {
    stream.close();
    if (!stream) throw std::runtime_error("the file could not be written to its end");
    return 1;
}

int32_t write_secret(const char *path, std::string bytes) {
    std::string name = std::string(path) + ".XXXXXX";
    const int file = mkostemp(name.data(), O_CLOEXEC);
    bool done = file >= 0;
    for (size_t written = 0; done && written < bytes.size();) {
        const ssize_t count = write(file, bytes.data() + written, bytes.size() - written);
        done = count > 0;
        if (done) written += static_cast<size_t>(count);
    }
    explicit_bzero(bytes.data(), bytes.size());
    if (file >= 0) {
        done = fsync(file) == 0 && done;
        done = close(file) == 0 && done;
        done = done && rename(name.c_str(), path) == 0;
        if (!done) unlink(name.c_str());
    }
    if (!done) throw std::runtime_error("the file could not be written");
    return 1;
}
