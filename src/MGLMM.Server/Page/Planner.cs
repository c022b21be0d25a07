using MGLMM.Planning;
using MGLMM.Server.Api;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace MGLMM.Server.Page;

/// <summary>Who plans for the page: a chat model where the environment names one, else the offline planner, in a loop that invokes functions.</summary>
internal sealed class Planner : IPlannerDescription, IDisposable
{
    private const int MostRounds = 24;

    private readonly PlannerEndpoint _endpoint;

    /// <exception cref="ArgumentException">What is set does not fit together.</exception>
    public Planner(IConfiguration configuration)
    {
        _endpoint = PlannerEndpoint.From(name => configuration[name]);
        Client = _endpoint.CreateChatClient("No picture is open. Choose one, drop one here, or paste one.").AsBuilder()
            .UseFunctionInvocation(configure: loop => loop.MaximumIterationsPerRequest = MostRounds)
            .Build();
    }

    /// <summary>The planner with its loop.</summary>
    public IChatClient Client { get; }

    /// <summary>Who it is, in words.</summary>
    public string Description => _endpoint.Description;

    /// <summary>Whether it is a language model, and not rules.</summary>
    public bool IsLanguageModel => _endpoint.Model is not null;

    public void Dispose() => Client.Dispose();
}
