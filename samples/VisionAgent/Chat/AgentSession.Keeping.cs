namespace MGLMM.Samples.VisionAgent.Chat;
internal sealed partial class AgentSession
{
    public bool TrySwitch(string handle) { if (!Workspace.TryGetImage(handle, out var image)) { return false; } Current = image.Handle; return true; }
    public Task SaveAsync(string folder, CancellationToken cancellationToken) => Task.CompletedTask;
    public Task OpenAsync(string folder, CancellationToken cancellationToken) => Task.CompletedTask;
}
