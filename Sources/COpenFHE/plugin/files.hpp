// Files that fail loudly.
#pragma once
#include <cstdint>
#include <fstream>
#include <string>

std::ifstream opened(const char *path);
std::ofstream created(const char *path);

/// 1 once everything is in the file.
int32_t closed(std::ofstream &stream);

/// Writes a secret: the bytes go into a new file of the owner's alone, which then takes the path's place.
int32_t write_secret(const char *path, std::string bytes);
