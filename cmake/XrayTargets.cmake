# How our targets are built: one function a kind of target, so that flags stand in one place.
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(XRAY_PLUGIN_OUTPUT_DIR ${CMAKE_BINARY_DIR}/plugins)
set(XRAY_PLUGIN_INSTALL_DIR ${CMAKE_INSTALL_LIBDIR}/xray/plugins)

set(XRAY_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")
if(XRAY_SANITIZE)
  add_compile_options(-fsanitize=${XRAY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${XRAY_SANITIZE})
endif()

# Language level and warnings; warnings are errors in our code.
function(xray_configure_target target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Werror)
  # Optimising, g++ 12 sees overflows in "text" + std::string that are none (GCC bug 105651).
  set(quiet -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds)
  if(XRAY_SANITIZE)
    # Instrumented code looks uninitialised to it: std::regex for one.
    target_compile_options(${target} PRIVATE ${quiet} -Wno-maybe-uninitialized)
  else()
    target_compile_options(${target} PRIVATE "$<$<NOT:$<CONFIG:Debug>>:${quiet}>")
  endif()
endfunction()

# A plugin NAME (see docs/plugins.md): an object library with its code, which unit tests link as
# xray_<name>_objects, and the module xray_<name>.so, hidden but for its entry in plugin.cpp. Beside it,
# conformance.yaml holds the options that it is put through the conformance suite with, conformance.json the definition for a validator.
function(xray_add_plugin name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_library(xray_${name}_objects OBJECT ${arg_SOURCES})
  xray_configure_target(xray_${name}_objects)
  target_include_directories(xray_${name}_objects PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(xray_${name}_objects PUBLIC ${arg_LINK})
  set_target_properties(xray_${name}_objects PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)

  add_library(xray_${name} MODULE plugin.cpp)
  xray_configure_target(xray_${name})
  target_link_libraries(xray_${name} PRIVATE xray_${name}_objects)
  target_link_options(xray_${name} PRIVATE
    -Wl,--no-undefined -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/plugin.map)
  if(XRAY_SANITIZE)
    # The sanitizer's runtime is in the program, so its symbols are undefined here.
    target_link_options(xray_${name} PRIVATE -Wl,-z,undefs)
  endif()
  set_target_properties(xray_${name} PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON LIBRARY_OUTPUT_DIRECTORY ${XRAY_PLUGIN_OUTPUT_DIR}
    INSTALL_RPATH "$ORIGIN/../..")
  # The loader refuses a file that others may write, which a umask of 002 would make of it.
  add_custom_command(TARGET xray_${name} POST_BUILD COMMAND chmod go-w $<TARGET_FILE:xray_${name}>)
  set_property(GLOBAL APPEND PROPERTY XRAY_PLUGIN_TARGETS xray_${name})
  install(TARGETS xray_${name} LIBRARY DESTINATION ${XRAY_PLUGIN_INSTALL_DIR})
  if(XRAY_TESTS)
    # Found by xray-conformance relative to itself, here and where it is installed.
    set(folder ${CMAKE_INSTALL_DATADIR}/xray/conformance)
    foreach(extension yaml json)
      if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/conformance.${extension})
        configure_file(conformance.${extension} ${CMAKE_BINARY_DIR}/${folder}/${name}.${extension} COPYONLY)
        install(FILES conformance.${extension} DESTINATION ${folder} RENAME ${name}.${extension})
      endif()
    endforeach()
  endif()
endfunction()

# The statements of migrations/*.sql beside the caller as code: sets `result` to the name of a source file that defines
# xray::<space>::migrations(), which migrations.h beside the caller declares.
function(xray_compile_migrations space result)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/migrations/*.sql)
  list(SORT files)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
  set(XRAY_MIGRATIONS "")
  set(XRAY_MIGRATIONS_SPACE ${space})
  set(number 0)
  foreach(file IN LISTS files)
    math(EXPR number "${number} + 1")
    get_filename_component(name ${file} NAME_WE)
    string(REGEX REPLACE "_.*" "" told ${name})
    if(NOT told EQUAL number)
      message(FATAL_ERROR "${file}: migrations are numbered from 0001 without a gap, expected ${number}")
    endif()
    file(READ ${file} sql)
    string(APPEND XRAY_MIGRATIONS "    {${number}, \"${name}\", R\"sql(${sql})sql\"},\n")
  endforeach()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/migrations.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/migrations.cpp @ONLY)
  set(${result} ${CMAKE_CURRENT_BINARY_DIR}/migrations.cpp PARENT_SCOPE)
endfunction()

# A test program tests/<name> of GoogleTest cases, each of which becomes a ctest test. LABEL unit (default) runs under
# the sanitizers too; LABEL e2e starts the real binaries.
function(xray_add_test name)
  cmake_parse_arguments(arg "" "LABEL" "SOURCES;LINK" ${ARGN})
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  add_executable(${name} ${arg_SOURCES})
  xray_configure_target(${name})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name} PRIVATE <gtest/gtest.h> <gmock/gmock.h> <string> <vector>)
  target_compile_definitions(${name} PRIVATE
    XRAY_BINARY_DIR="${CMAKE_BINARY_DIR}" XRAY_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    XRAY_PLUGIN_DIR="${XRAY_PLUGIN_OUTPUT_DIR}" XRAY_SHARED_DATA="${PROJECT_SOURCE_DIR}/../shared/data")
  if(XRAY_SANITIZE AND arg_LABEL STREQUAL "e2e")
    # The sanitizers' presets run the unit tests alone, so these are built there only when asked for.
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
    return()
  endif()
  gtest_discover_tests(${name} NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${arg_LABEL} TIMEOUT 300)
endfunction()
include(GoogleTest)
