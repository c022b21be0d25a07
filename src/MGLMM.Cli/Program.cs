using MGLMM.Cli;

return await ToolCommands.RunAsync(args).ConfigureAwait(false);
