namespace MGLMM.Hub.Http;

/// <summary>An answer at the end of its redirects.</summary>
/// <param name="Message">The answer; its body is not read yet. Owned.</param>
/// <param name="Facts">What the hub said on the way.</param>
/// <param name="IsHub">Whether the hub itself answered, rather than a host that it sent the reader to.</param>
internal sealed record HubResponse(HttpResponseMessage Message, HubFacts Facts, bool IsHub) : IDisposable
{
    public void Dispose() => Message.Dispose();
}
