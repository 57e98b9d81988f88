#pragma once
#include <filesystem>
#include <memory>

#include "base/log.hpp"
#include "transport/oauth/keys.hpp"

namespace mcpssh::transport::oauth {

/// The keys in a file as it is at each request. There are none while it cannot be read, makes no sense, holds
/// no usable key, or could have been written by others: whoever writes it can make tokens.
std::shared_ptr<Keys> keys_in_file(std::filesystem::path file, base::Log log);

}  // namespace mcpssh::transport::oauth
