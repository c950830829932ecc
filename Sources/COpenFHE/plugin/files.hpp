// Files that fail loudly.
#pragma once
#include <cstdint>
#include <fstream>

std::ifstream opened(const char *path);
std::ofstream created(const char *path);

/// 1 once everything is in the file.
int32_t closed(std::ofstream &stream);
