-- Which folder of files the marks of this registry lie in: servers that share the registry share it, and no row says so.

alter table county_epoch add column marks_folder uuid;
comment on column county_epoch.marks_folder is 'The name that lies in the folder of files where the marks are kept; null until a server began there.';
