# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154 # the variables of the script that sources it
# How does a desktop get a session of logind, as it has where users log in? Sourced by the files of those that want one,
# never run.
#
# logind wants systemd, and systemd wants to be the first process, which in the lab's guest is the lab's. So it is the
# first one of a process namespace, with D-Bus, logind and one service, the desktop; devices, files and udev are the
# guest's. It ends with the desktop.

units=/run/systemd/system
export DBUS_SESSION_BUS_ADDRESS=unix:path=$XDG_RUNTIME_DIR/bus

# Services and sockets do not wait for what a boot does, which is done. What logind would mount for a user it leaves
# alone if it is mounted, and clients out here see it then.
prepare_systemd()
{
	local kind

	systemd-sysusers > /dev/null 2>&1
	[ -s /etc/machine-id ] || tr -d - < /proc/sys/kernel/random/uuid > /etc/machine-id
	for kind in service socket; do
		mkdir -p "$units/$kind.d"
		printf '%s\n' '[Unit]' DefaultDependencies=no > "$units/$kind.d/lab.conf"
	done
	ln -sf /dev/null "$units/modprobe@drm.service"
	# The packages' scripts would have made what Debian's own files include.
	printf '%s required pam_permit.so\n' auth account password session > /etc/pam.d/other
	printf '%s\n' 'session required pam_systemd.so' > /etc/pam.d/lab
	mountpoint -q "$XDG_RUNTIME_DIR" || mount --bind "$XDG_RUNTIME_DIR" "$XDG_RUNTIME_DIR"
}

# The class is one that has no systemd of its own.
write_service()
{
	cat > "$units/lab.service" <<-END
	[Unit]
	Wants=dbus.socket systemd-logind.service
	After=dbus.socket systemd-logind.service
	SuccessAction=exit-force
	FailureAction=exit-force
	[Service]
	PAMName=lab
	TTYPath=/dev/tty$terminal
	Environment=XDG_SESSION_TYPE=wayland XDG_SESSION_CLASS=user-light HOME=$HOME LC_ALL=$LC_ALL
	ExecStart=/bin/bash /run/lab-session
	END
}

# start_in_session PROGRAM ARGUMENT...: with the caller's environment; true once its socket, lab, is there.
start_in_session()
{
	prepare_systemd
	write_service
	{
		echo "exec > '$folder/$name.txt' 2>&1"
		export -p | grep -vE '^declare -x (XDG_SESSION|XDG_SEAT|XDG_VTNR|_=|OLDPWD|PWD)'
		# shellcheck disable=SC2016 # the inner shell's variables
		echo 'dbus-daemon --session --fork --nopidfile --address="$DBUS_SESSION_BUS_ADDRESS"'
		echo "exec ${*@Q}"
	} > /run/lab-session
	container=lab unshare --pid --fork --kill-child --mount-proc /usr/lib/systemd/systemd --unit=lab.service \
		--log-target=console --show-status=no > "$folder/$name-systemd.txt" 2>&1 &
	desktop=$!
	wait_for "its session" test -S "$XDG_RUNTIME_DIR/bus" &&
		wait_for "its socket" test -S "$XDG_RUNTIME_DIR/lab" || return 1
	# Whoever ends or looks at the desktop means it, and not what it runs in.
	desktop=$(pgrep -n -x "$1")
	export WAYLAND_DISPLAY=lab
}
