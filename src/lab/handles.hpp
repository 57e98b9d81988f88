#pragma once
#include <libssh/libssh.h>
#include <libssh/server.h>

#include <memory>

namespace mcpssh::lab {

/// Calls one of libssh's free functions.
template <auto free>
struct Freed {
  template <class T>
  void operator()(T* handle) const {
    free(handle);
  }
};

using Key = std::unique_ptr<ssh_key_struct, Freed<ssh_key_free>>;
using Session = std::unique_ptr<ssh_session_struct, Freed<ssh_free>>;
using Bind = std::unique_ptr<ssh_bind_struct, Freed<ssh_bind_free>>;
using Event = std::unique_ptr<ssh_event_struct, Freed<ssh_event_free>>;
using Text = std::unique_ptr<char, Freed<ssh_string_free_char>>;

}  // namespace mcpssh::lab
