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

    /// <summary>
    /// Of how many sessions a provider without a host and without a folder keeps the pictures and regions, in memory. One session more, and those of the session
    /// that was used longest ago are lost; its agent is told so. Where <see cref="OwnerOf"/> tells owners apart, no owner has more than
    /// <see cref="VisionWorkspacesOptions.MaximumPerOwner"/> by default (32) of these, so that none pushes out all others. Over a folder nothing is lost, and
    /// over a host's conversations its own limits hold.
    /// </summary>
    public int MaximumSessions { get; init; } = VisionWorkspacesOptions.Default.MaximumWorkspaces;

    /// <summary>
    /// Bytes that the pictures, masks and files of these sessions may take in memory together, 4 GiB by default. Beyond them those of the session that was used longest ago are lost, of
    /// the owner who adds to them before all others; a session that is in use or asked for stays, however large it is.
    /// </summary>
    public long MaximumBytes { get; init; } = 4L << 30;
}
