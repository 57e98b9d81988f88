#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace mcpssh::base {

namespace asio = boost::asio;

/// What every I/O function of the house returns: lazy, cancelled by destroying or by its cancellation slot.
template <class T>
using Task = asio::awaitable<T>;

using Executor = asio::any_io_executor;

}  // namespace mcpssh::base
