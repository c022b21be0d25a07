using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MGLMM.Orleans;

namespace MGLMM.Cli.Commands;

/// <summary>The options of commands that join a cluster.</summary>
internal static class ClusterArguments
{
    /// <summary>The environment variable with the password of the certificate's file.</summary>
    public const string PasswordVariable = "MGLMM_CERTIFICATE_PASSWORD";

    private const string ClusterVariable = "MGLMM_CLUSTER";

    public static Option<string?> Cluster() => new("--cluster")
    {
        Description = $"The cluster's Redis, redis://host:port (rediss:// with TLS; a password as redis://:password@host:port, or in {ClusterVariable} instead of here).",
    };

    /// <summary>The cluster that is meant: the one that was typed, else the environment's; null for none.</summary>
    /// <remarks>The environment's is no default of the option: help shows those, and it may hold a password.</remarks>
    /// <param name="parsed">The command line.</param>
    /// <param name="cluster">The option.</param>
    public static string? AddressOf(ParseResult parsed, Option<string?> cluster) => parsed.GetValue(cluster) ?? Environment.GetEnvironmentVariable(ClusterVariable);

    public static Option<string?> Certificate() => new("--certificate")
    {
        Description = $"The cluster's certificate with its private key (PKCS #12), the same one for every member; its password in {PasswordVariable}.",
    };

    public static Option<string> ClusterId() => new("--cluster-id") { Description = "Tells clusters over one Redis apart.", DefaultValueFactory = _ => "mglmm" };

    public static Option<TimeSpan?> ConversationAge() => new("--conversation-age")
    {
        Description = "How long a conversation is kept after its last change: days, or hours:minutes:seconds; 30 days by default. The same for every member.",
    };

    /// <summary>What the options say; each mistake is told in words.</summary>
    public static ClusterMembership Membership(string cluster, string id, string? certificate, TimeSpan? conversationAge, string? listen = null, int siloPort = 0, int gatewayPort = 0)
    {
        ClusterMembership membership = new()
        {
            Address = ClusterAddress.Parse(cluster),
            ClusterId = id,
            Certificate = certificate is null ? null : Load(certificate),
            Listen = listen is null
                ? IPAddress.Loopback
                : IPAddress.TryParse(listen, out IPAddress? address) ? address : throw new ArgumentException($"--listen is '{listen}'; give an IP address of this machine that the other members reach."),
            SiloPort = siloPort,
            GatewayPort = gatewayPort,
        };
        return conversationAge is not { } age ? membership
            : age > TimeSpan.Zero ? membership with { ConversationAge = age }
            : throw new ArgumentException($"--conversation-age is {age}; give a time above zero.");
    }

    private static X509Certificate2 Load(string path)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12FromFile(path, Environment.GetEnvironmentVariable(PasswordVariable));
        }
        catch (CryptographicException exception)
        {
            throw new ArgumentException($"--certificate '{path}' cannot be opened ({exception.Message.TrimEnd('.')}); give a PKCS #12 file, and its password in {PasswordVariable}.", exception);
        }
    }
}
