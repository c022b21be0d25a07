using MGLMM.Planning;
using MGLMM.Server.Api;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace MGLMM.Server.Page;

/// <summary>Who plans for the page: a chat model where the environment names one, else the offline planner, in a loop that invokes functions.</summary>
internal sealed class Planner : IPlannerDescription, IDisposable
{
    private const int MostRounds = 24;

    private readonly PlannerEndpoint _endpoint;
    private readonly IChatClient _client;

    /// <exception cref="ArgumentException">What is set does not fit together.</exception>
    public Planner(IConfiguration configuration)
    {
        _endpoint = PlannerEndpoint.From(name => configuration[name]);
        _client = _endpoint.CreateChatClient("No picture is open. Choose one, drop one here, or paste one.");
    }

    /// <inheritdoc/>
    public string Description => _endpoint.Description;

    /// <inheritdoc/>
    public bool IsLanguageModel => _endpoint.Model is not null;

    /// <summary>The planner with its loop, for one turn in a workspace. Not to be disposed: the endpoint behind it is for all.</summary>
    public IChatClient For(VisionWorkspace workspace)
    {
        IChatClient seeing = _endpoint.SeesPictures ? new RenderedPictures(_client, workspace) : _client;
        return new FunctionInvokingChatClient(seeing) { MaximumIterationsPerRequest = MostRounds };
    }

    public void Dispose() => _client.Dispose();
}
