# Installs the build into a folder of its own, and builds and runs the program of `outside` with
# nothing but that folder: by find_package(Writ), and by pkg-config where there is one.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT status EQUAL 0)
    string(REPLACE ";" " " command "${ARGV}")
    message(FATAL_ERROR "${command}\nended with ${status}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

set(flags "-O0")
if(SANITIZE)
  string(APPEND flags " -fsanitize=${SANITIZE}")
endif()

file(REMOVE_RECURSE "${WORK}")
run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/prefix")
file(GLOB_RECURSE headers RELATIVE "${WORK}/prefix/include" "${WORK}/prefix/include/*")
if(NOT headers STREQUAL "writ/writ.h")
  message(FATAL_ERROR "the installed headers are ${headers}")
endif()

run("${CMAKE_COMMAND}" -S "${OUTSIDE}" -B "${WORK}/build" -G "${GENERATOR}"
  "-DCMAKE_PREFIX_PATH=${WORK}/prefix" "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_FLAGS=${flags}")
run("${CMAKE_COMMAND}" --build "${WORK}/build")
run("${WORK}/build/outside")
message(STATUS "by CMake: ${output}")

find_program(pkg_config pkg-config)
if(pkg_config)
  file(GLOB_RECURSE package "${WORK}/prefix/writ.pc")
  get_filename_component(folder "${package}" DIRECTORY)
  set(ENV{PKG_CONFIG_PATH} "${folder}")
  run("${pkg_config}" --cflags --libs writ)
  separate_arguments(found UNIX_COMMAND "${output}")
  separate_arguments(options UNIX_COMMAND "${flags}")
  run("${COMPILER}" -std=c++20 ${options} "${OUTSIDE}/main.cpp" ${found} -o "${WORK}/outside")
  run("${WORK}/outside")
  message(STATUS "by pkg-config: ${output}")
endif()
