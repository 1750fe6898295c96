# SPDX-License-Identifier: GPL-2.0-only
# The module for one kernel of NixOS: config.boot.kernelPackages.callPackage ./packaging/nix { }, in
# boot.extraModulePackages.
{ stdenv, lib, kernel }:

stdenv.mkDerivation {
  pname = "virtio-gpu";
  version = "0.1.0-${kernel.version}";
  src = lib.cleanSource ../..;

  nativeBuildInputs = kernel.moduleBuildDependencies;
  hardeningDisable = [ "pic" "format" ];

  makeFlags = kernel.makeFlags ++ [
    "KDIR=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
    "INSTALL_MOD_PATH=$(out)"
    "DEPMOD=true"
  ];
  buildFlags = [ "modules" ];
  installTargets = [ "modules_install" ];

  meta = {
    description = "GPU driver for guests of virtual machines";
    license = with lib.licenses; [ gpl2Only mit ];
    platforms = lib.platforms.linux;
  };
}
