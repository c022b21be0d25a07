using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Hosting;

/// <summary>Who a request's conversations belong to.</summary>
public static class ConversationOwner
{
    /// <summary>
    /// The owner of an authenticated principal: its claim of <see cref="ClaimTypes.NameIdentifier"/> or <c>sub</c>, else its name. Without
    /// authentication, <see cref="VisionWorkspace.DefaultOwner"/>: everybody who reaches such a host is one and the same.
    /// </summary>
    /// <param name="user">The request's principal; null for none.</param>
    /// <exception cref="ArgumentException">The principal is authenticated, but nothing says who it is.</exception>
    public static string Of(ClaimsPrincipal? user)
    {
        if (user?.Identity is not { IsAuthenticated: true } identity)
        {
            return VisionWorkspace.DefaultOwner;
        }

        string? name = user.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? user.FindFirst("sub")?.Value ?? identity.Name;
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new ArgumentException("The authenticated principal has neither a name identifier nor a name.", nameof(user));
        }

        // What a workspace cannot be called, and what would make a stranger the owner without authentication, is told by its hash.
        return ContentNames.Is(name) && name != VisionWorkspace.DefaultOwner
            ? name
            : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
    }
}
