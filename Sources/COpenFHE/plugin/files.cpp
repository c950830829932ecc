#include "files.hpp"

#include <stdexcept>

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
