using MGLMM.Vision.Functions;
using MGLMM.Vision.Workspaces;
using Microsoft.Agents.AI;

namespace MGLMM.AgentFramework;

/// <summary>What a <see cref="VisionContextProvider"/> gives an agent.</summary>
public sealed class VisionContextOptions
{
    /// <summary>Which tools the agent gets.</summary>
    public VisionFunctionGroups Groups { get; init; } = VisionFunctionGroups.All;

    /// <summary>
    /// How to work with pictures, told before the open pictures of each run. Null takes the planner's prompt that comes with the tools; an empty text tells
    /// the pictures alone.
    /// </summary>
    public string? Instructions { get; init; }

    /// <summary>Where the state lies in a session; two providers of one agent need two keys.</summary>
    public string StateKey { get; init; } = "mglmm.vision";

    /// <summary>
    /// Whose a session is. A session's state names its workspace, which is looked for under this owner alone: take it from the authenticated user, never
    /// from what the session says. Null takes <see cref="VisionWorkspace.DefaultOwner"/>, for hosts of one user.
    /// </summary>
    public Func<AgentSession?, string>? OwnerOf { get; init; }
}
