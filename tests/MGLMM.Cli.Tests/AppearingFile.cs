namespace MGLMM.Cli.Tests;

/// <summary>Tells when a file is made, under its name or by being moved to it.</summary>
internal sealed class AppearingFile : IDisposable
{
    private readonly TaskCompletionSource _there = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FileSystemWatcher _watcher;

    public AppearingFile(string folder, string name)
    {
        _watcher = new FileSystemWatcher(folder, name);
        _watcher.Created += (_, _) => _there.TrySetResult();
        _watcher.Renamed += (_, _) => _there.TrySetResult();
        _watcher.EnableRaisingEvents = true;
    }

    public Task There => _there.Task;

    public void Dispose() => _watcher.Dispose();
}
