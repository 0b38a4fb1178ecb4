# `cmake --install` makes a tree that another project uses with find_package(xray): xray::sdk for applications that record,
# xray::core for plugins. tests/install builds such a project.
include(CMakePackageConfigHelpers)
set(XRAY_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/xray)

set_target_properties(xray_core xray PROPERTIES INSTALL_RPATH "$ORIGIN")
install(TARGETS xray_core xray EXPORT xrayTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/core/include/ ${PROJECT_SOURCE_DIR}/sdk/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(DIRECTORY ${PROJECT_SOURCE_DIR}/config DESTINATION ${CMAKE_INSTALL_DATADIR}/xray)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/xray)
install(EXPORT xrayTargets NAMESPACE xray:: DESTINATION ${XRAY_PACKAGE_DIR})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/xrayConfig.cmake.in ${CMAKE_BINARY_DIR}/package/xrayConfig.cmake
  INSTALL_DESTINATION ${XRAY_PACKAGE_DIR} NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# Before 1.0 each minor version may change the interface.
write_basic_package_version_file(${CMAKE_BINARY_DIR}/package/xrayConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/package/xrayConfig.cmake ${CMAKE_BINARY_DIR}/package/xrayConfigVersion.cmake
  DESTINATION ${XRAY_PACKAGE_DIR})
