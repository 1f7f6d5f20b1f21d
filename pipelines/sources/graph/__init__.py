"""Microsoft Graph: usage reports, directory, sign-ins and report settings, fetched with the Graph SDK as raw bytes."""
