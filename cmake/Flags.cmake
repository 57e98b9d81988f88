# Compiler flags every room shares: the standard, the warnings, the hardening, the sanitizers.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(mcpssh_flags INTERFACE)
target_compile_options(mcpssh_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Werror
  -fstack-protector-strong -fstack-clash-protection -fcf-protection -fno-plt)
target_compile_definitions(mcpssh_flags INTERFACE _GLIBCXX_ASSERTIONS
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12 guards std::expected behind a concepts version clang 19 reports only in C++23 mode.
  target_compile_options(mcpssh_flags INTERFACE -Wno-unused-command-line-argument)
else()
  # g++ 12 takes Asio's own allocator of coroutine frames for a mismatch.
  target_compile_options(mcpssh_flags INTERFACE -Wno-mismatched-new-delete)
endif()
if(MCPSSH_SANITIZE)
  target_compile_options(mcpssh_flags INTERFACE -fsanitize=${MCPSSH_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(mcpssh_flags INTERFACE -fsanitize=${MCPSSH_SANITIZE})
else()
  # Fortify needs optimisation and fights the sanitizers' interceptors.
  target_compile_options(mcpssh_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()
target_link_options(mcpssh_flags INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_link_options(mcpssh_flags INTERFACE -fuse-ld=lld-19)
endif()
