# The headers nearly every file of ours needs, compiled once instead of in each: about two fifths of the compile time.
# Only what the house does not change belongs here; a file still includes what it uses, and the g++ leg, which has
# none of this (g++ 12 warns about precompiled headers under our flags), sees when it does not.
set(mcpssh_common_headers
  <algorithm> <array> <atomic> <charconv> <chrono> <cstdint> <deque> <expected> <filesystem> <fstream> <functional>
  <map> <memory> <mutex> <optional> <set> <span> <sstream> <stdexcept> <string> <string_view> <unordered_map> <utility>
  <variant> <vector>
  <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/io_context.hpp> <boost/asio/steady_timer.hpp>
  <boost/asio/use_awaitable.hpp> <boost/json.hpp> <fmt/format.h>)

# mcpssh_precompile(TARGET OWNER) lets TARGET use what OWNER compiled; an OWNER names its own headers behind its name.
function(mcpssh_precompile target owner)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    return()
  endif()
  if(target STREQUAL owner)
    # Without a time stamp in it, ccache may share it between checkouts.
    target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
    target_precompile_headers(${target} PRIVATE ${mcpssh_common_headers} ${ARGN})
  else()
    target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
endfunction()
